"""The OpenVINO engine passes the suite that every engine must pass, on the real model."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
import pytest_asyncio

from homespun.core.messages import ChatPrompt, Message, Role
from homespun.engines import EngineState
from homespun.engines.openvino import JoinedEngine, OpenVinoEngine, Settings, hosted_engine

from .engine_contract import EngineContract, Subject

STORY = ChatPrompt((Message(Role.USER, "Tell me a long story about a fox and a hen."),))
SETTINGS = Settings(kv_cache_mb=128, max_running=3, max_waiting=4)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def engine(default_model_gguf: Path, graph_cache: Path) -> AsyncGenerator[OpenVinoEngine]:
    """Loaded once for the suite."""
    engine = OpenVinoEngine(default_model_gguf, graph_cache, SETTINGS)
    yield engine
    await engine.stop()


@pytest.mark.asyncio(loop_scope="module")
class TestOpenVino(EngineContract):
    """The default model."""

    @pytest_asyncio.fixture(loop_scope="module")
    async def subject(self, engine: OpenVinoEngine) -> Subject:
        if engine.status.state is EngineState.STOPPED:
            await engine.start()
        await engine.wait_ready()
        return Subject(engine, STORY, capacity=7)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def joined(
    default_model_gguf: Path, graph_cache: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncGenerator[JoinedEngine]:
    """Hosted once for the suite."""
    with hosted_engine(default_model_gguf, graph_cache, SETTINGS, folder=tmp_path_factory.mktemp("host")) as path:
        engine = JoinedEngine(path)
        yield engine
        await engine.stop()


@pytest.mark.asyncio(loop_scope="module")
class TestJoined(EngineContract):
    """The same, held by a host for several servers."""

    @pytest_asyncio.fixture(loop_scope="module")
    async def subject(self, joined: JoinedEngine) -> Subject:
        if joined.status.state is EngineState.STOPPED:
            await joined.start()
        await joined.wait_ready()
        return Subject(joined, STORY, capacity=7)
