"""The engines that need no model pass the suite that every engine must pass."""

from __future__ import annotations

from collections.abc import AsyncGenerator

import pytest

from homespun.core.messages import TextPrompt
from homespun.engines.scripted import ScriptedEngine
from homespun.engines.upstream import OPENAI, VLLM, Dialect, Settings, UpstreamEngine
from tests.engines.upstream.stand_in import stand_in

from .engine_contract import EngineContract, Subject

STORY = "".join(f"word{number} and so on, " for number in range(20))
PROMPT = TextPrompt("Tell me a story.")


class TestScripted(EngineContract):
    """Words, one at a time."""

    @pytest.fixture
    async def subject(self) -> AsyncGenerator[Subject]:
        engine = ScriptedEngine(STORY, max_running=3, max_waiting=4)
        await engine.start()
        await engine.wait_ready()
        yield Subject(engine, PROMPT, capacity=7)
        await engine.stop()


class TestScriptedInOddPieces(EngineContract):
    """Pieces that are cut within words: one is one token nevertheless."""

    @pytest.fixture
    async def subject(self) -> AsyncGenerator[Subject]:
        text = STORY.replace(" ", "")
        pieces = [text[place : place + 3] for place in range(0, len(text), 3)]
        engine = ScriptedEngine(pieces, max_running=7, max_waiting=0)
        await engine.start()
        yield Subject(engine, PROMPT, capacity=7)
        await engine.stop()


class TestUpstream(EngineContract):
    """Against a stand-in for the other server."""

    @pytest.fixture(params=[OPENAI, VLLM], ids=["openai", "vllm"])
    async def subject(self, request: pytest.FixtureRequest) -> AsyncGenerator[Subject]:
        dialect: Dialect = request.param
        async with stand_in() as server:
            server.capacity = 7
            server.tokenizes = dialect.counts_tokens
            engine = UpstreamEngine(Settings(server.url, "stand-in", dialect=dialect))
            await engine.start()
            await engine.wait_ready()
            yield Subject(engine, PROMPT, capacity=7, echoes=False)
            await engine.stop()
