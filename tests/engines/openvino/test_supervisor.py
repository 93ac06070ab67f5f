"""The engine's process dies, hangs, or can't start: the server notices within a second and goes on."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from homespun.core.errors import EngineFailed, ModelUnreadable, Unavailable
from homespun.core.events import Event, Piece
from homespun.engines import EngineState
from homespun.engines.openvino import OpenVinoEngine
from tests.patience import PATIENCE_S

from .conftest import SMALL, ask, collect

STALL_TIMEOUT_S = 3.0


@asynccontextmanager
async def running(engine: OpenVinoEngine) -> AsyncIterator[OpenVinoEngine]:
    await engine.start()
    await engine.wait_ready()
    yield engine
    await engine.stop()


@pytest.fixture
async def own_engine(default_model_gguf: Path, graph_cache: Path) -> AsyncIterator[OpenVinoEngine]:
    """An engine that the test may break."""
    async with running(OpenVinoEngine(default_model_gguf, graph_cache, SMALL)) as engine:
        yield engine


@pytest.fixture
async def impatient_engine(default_model_gguf: Path, graph_cache: Path) -> AsyncIterator[OpenVinoEngine]:
    """Another one, which soon takes its process for hung."""
    settings = replace(SMALL, stall_timeout_s=STALL_TIMEOUT_S)
    async with running(OpenVinoEngine(default_model_gguf, graph_cache, settings)) as engine:
        yield engine


ENDLESS = ask("Count to a million.", max_tokens=3000, logit_bias={0: -100.0, 2: -100.0})


async def strike_while_writing(engine: OpenVinoEngine, number: signal.Signals) -> float:
    """Sends the engine's process a signal in mid-answer; seconds until the reader was told."""
    async with aclosing(engine.generate(ENDLESS)) as events:
        while not isinstance(await anext(events), Piece):
            pass
        assert engine.process_id is not None
        os.kill(engine.process_id, number)
        struck = time.monotonic()
        with pytest.raises(EngineFailed, match="restarted"):
            await exhaust(events)
    return time.monotonic() - struck


async def exhaust(events: AsyncGenerator[Event, None]) -> None:
    async for _ in events:
        pass


async def test_a_killed_process_is_reported_before_it_counts_as_hung_and_replaced(own_engine: OpenVinoEngine) -> None:
    assert await strike_while_writing(own_engine, signal.SIGKILL) < SMALL.stall_timeout_s
    assert own_engine.status.state is EngineState.RESTARTING
    await own_engine.wait_ready()
    reply = await collect(own_engine, ask("What is the capital of France?", temperature=0, max_tokens=20))
    assert "Paris" in reply.text()
    assert own_engine.status.restarts_total == 1
    assert own_engine.status.completion_tokens_total > 7


async def test_a_process_that_hangs_is_replaced(impatient_engine: OpenVinoEngine) -> None:
    await strike_while_writing(impatient_engine, signal.SIGSTOP)
    await impatient_engine.wait_ready()
    assert impatient_engine.status.restarts_total == 1


async def test_an_idle_process_does_not_count_as_hung(impatient_engine: OpenVinoEngine) -> None:
    before = impatient_engine.process_id
    await asyncio.sleep(1.5 * STALL_TIMEOUT_S)
    assert (impatient_engine.status.state, impatient_engine.process_id) == (EngineState.READY, before)


async def test_requests_in_flight_get_an_error_when_the_engine_is_stopped(own_engine: OpenVinoEngine) -> None:
    async with aclosing(own_engine.generate(ENDLESS)) as events:
        await anext(events)
        await own_engine.stop()
        with pytest.raises(EngineFailed):
            await exhaust(events)
    assert own_engine.status.state is EngineState.STOPPED
    with pytest.raises(Unavailable):
        await collect(own_engine, ask("Hello"))


async def test_a_request_that_comes_too_early_is_told_to_come_back(default_model_gguf: Path, tmp_path: Path) -> None:
    engine = OpenVinoEngine(default_model_gguf, tmp_path, SMALL)
    await engine.start()
    with pytest.raises(Unavailable, match="starting"):
        await collect(engine, ask("Hello"))
    await engine.stop()


@pytest.mark.parametrize("damage", ["empty", "truncated", "noise", "missing"])
async def test_a_model_that_cannot_be_read_says_so_and_is_not_tried_again(
    default_model_gguf: Path, tmp_path: Path, damage: str
) -> None:
    file = tmp_path / "model.gguf"
    content = default_model_gguf.read_bytes()[:10_000_000]
    if damage != "missing":
        file.write_bytes({"empty": b"", "truncated": content, "noise": os.urandom(1000)}[damage])
    engine = OpenVinoEngine(file, tmp_path / "cache", SMALL)
    await engine.start()
    with pytest.raises(ModelUnreadable):
        await engine.wait_ready()
    assert engine.status.state is EngineState.FAILED
    assert engine.status.problem
    with pytest.raises(ModelUnreadable):
        await collect(engine, ask("Hello"))
    assert engine.status.restarts_total == 0
    await engine.stop()


@pytest.mark.parametrize("trouble", ["damaged", "unwritable"])
async def test_without_a_usable_cache_the_graph_is_built_again(
    own_engine: OpenVinoEngine, default_model_gguf: Path, graph_cache: Path, tmp_path: Path, trouble: str
) -> None:
    await own_engine.stop()
    cache = tmp_path / "graphs"
    if trouble == "unwritable":
        cache.write_bytes(b"a file where the folder should be")
    else:
        shutil.copytree(graph_cache, cache)
        for weights in cache.glob("*/model.bin"):
            weights.write_bytes(b"short")
    engine = OpenVinoEngine(default_model_gguf, cache, SMALL)
    await engine.start()
    await engine.wait_ready()
    reply = await collect(engine, ask("What is the capital of France?", temperature=0, max_tokens=20))
    assert "Paris" in reply.text()
    await engine.stop()


async def test_the_process_does_not_outlive_the_server(default_model_gguf: Path, graph_cache: Path) -> None:
    script = f"""
import asyncio, os, signal
from pathlib import Path
from homespun.engines.openvino import OpenVinoEngine, Settings
async def main():
    engine = OpenVinoEngine(Path({str(default_model_gguf)!r}), Path({str(graph_cache)!r}), Settings(kv_cache_mb=64))
    await engine.start()
    await engine.wait_ready()
    print(engine.process_id, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
asyncio.run(main())
"""
    command = [sys.executable, "-c", script]
    server = await asyncio.to_thread(subprocess.run, command, stdout=subprocess.PIPE, check=False)
    async with asyncio.timeout(PATIENCE_S):
        while is_alive(int(server.stdout)):
            await asyncio.sleep(0.05)


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
