"""Engines on the real default model. Loading takes seconds, so those that no test breaks are shared within a module."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
import pytest_asyncio

from homespun.core.events import Began, Ended, Piece
from homespun.core.messages import ChatPrompt, Message, Role
from homespun.core.sampling import Sampling
from homespun.engines import Engine, GenerationRequest
from homespun.engines.openvino import OpenVinoEngine, Settings
from homespun.engines.openvino.runtime import Runtime
from homespun.engines.openvino.weights import read_checkpoint
from tests.patience import PATIENCE_S

SMALL = Settings(kv_cache_mb=64, max_waiting=8, max_running=8)


@pytest.fixture(scope="session")
def runtime(default_model_gguf: Path, graph_cache: Path) -> Runtime:
    """The real model's graph in this process."""
    with closing(read_checkpoint(default_model_gguf)) as checkpoint:
        return Runtime.load(checkpoint, SMALL, graph_cache)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def engine(default_model_gguf: Path, graph_cache: Path) -> AsyncIterator[OpenVinoEngine]:
    """A running engine on the real model that no test may break."""
    engine = OpenVinoEngine(default_model_gguf, graph_cache, SMALL)
    await engine.start()
    await engine.wait_ready()
    yield engine
    await engine.stop()


def ask(question: str, **sampling: object) -> GenerationRequest:
    """A request of one message."""
    prompt = ChatPrompt((Message(Role.USER, question),))
    return GenerationRequest("test", prompt, Sampling(**sampling))  # type: ignore[arg-type]


class Reply:
    """All that an engine said to one request, put together."""

    def __init__(self) -> None:
        self.began: Began | None = None
        self.pieces: list[Piece] = []
        self.ended: dict[int, Ended] = {}

    def text(self, choice: int = 0) -> str:
        """One choice's text."""
        return "".join(piece.text for piece in self.pieces if piece.choice == choice)


async def collect(engine: Engine, request: GenerationRequest, *, timeout_s: float = PATIENCE_S) -> Reply:
    """Lets the engine answer to the end."""
    reply = Reply()
    async with asyncio.timeout(timeout_s):
        async for event in engine.generate(request):
            match event:
                case Began():
                    reply.began = event
                case Piece():
                    reply.pieces.append(event)
                case Ended():
                    reply.ended[event.choice] = event
    return reply
