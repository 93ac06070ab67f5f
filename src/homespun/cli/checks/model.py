"""Is the model here, and does it answer?"""

from __future__ import annotations

import asyncio
import time

from homespun.core.errors import HomespunError, ModelNotFound
from homespun.core.ids import new_id
from homespun.core.messages import ChatPrompt, Message, Role
from homespun.core.sampling import Sampling
from homespun.engine_wiring import build_engine
from homespun.engines import Engine, GenerationRequest
from homespun.models import CATALOGUE
from homespun.settings import EngineKind, Settings
from homespun.wiring import build_model_store

from .findings import Finding, Verdict, good

_LOAD_TIMEOUT_S = 300.0
_ANSWER_TIMEOUT_S = 60.0


def model_files(settings: Settings) -> Finding:
    """The model's files are here and have not changed since they were fetched."""
    if settings.engine is not EngineKind.OPENVINO:
        return good("model", f"{settings.model}, at the {settings.engine} engine")
    store = build_model_store(settings)
    try:
        installed = store.find(settings.model)
    except ModelNotFound as error:
        if settings.model in CATALOGUE:
            return Finding("model", Verdict.ODD, f"{settings.model} is not here yet", "The next start fetches it.")
        return Finding("model", Verdict.BAD, error.message)
    asyncio.run(store.verify(settings.model))
    return good("model", f"{installed.name}, {installed.size_bytes / 1e6:,.0f} MB, verified")


def engine(settings: Settings) -> Finding:
    """The engine loads the model and answers one token."""
    try:
        built = build_engine(settings)
    except ModelNotFound:
        return Finding("engine", Verdict.ODD, "not tried, for want of the model", "Look again after the first start.")
    try:
        said = asyncio.run(_one_token(built))
    except TimeoutError:
        remedy = "Close other programs that use the processor or the memory, and try again."
        return Finding("engine", Verdict.BAD, "no answer in time", remedy)
    except HomespunError as error:
        return Finding("engine", Verdict.BAD, error.message)
    return good("engine", said)


async def _one_token(engine: Engine) -> str:
    """Loads the engine, hears one token, says how long that took."""
    began = time.perf_counter()
    try:
        await engine.start()
        async with asyncio.timeout(_LOAD_TIMEOUT_S):
            await engine.wait_ready()
        loaded = time.perf_counter()
        async with asyncio.timeout(_ANSWER_TIMEOUT_S):
            prompt = ChatPrompt((Message(Role.USER, "Hello"),))
            async for _ in engine.generate(GenerationRequest(new_id("turn"), prompt, Sampling(max_tokens=1))):
                pass
    finally:
        await engine.stop()
    answered = time.perf_counter()
    return f"loads in {loaded - began:.1f} s and answers in {(answered - loaded) * 1000:,.0f} ms"
