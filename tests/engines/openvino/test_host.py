"""One engine for several servers: one batch, one queue, and whoever dies takes nobody along."""

from __future__ import annotations

import asyncio
import os
import signal
import stat
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from homespun.core.errors import EngineBusy, EngineFailed, Invalid, ModelUnreadable
from homespun.core.events import Piece
from homespun.engines import EngineState
from homespun.engines.openvino import JoinedEngine, hosted_engine
from tests.patience import PATIENCE_S

from .conftest import SMALL, Reply, ask, collect

pytestmark = pytest.mark.asyncio(loop_scope="module")

IMPATIENT = replace(SMALL, stall_timeout_s=4.0)
FOREVER = {0: -100.0, 2: -100.0}
ENDLESS = ask("Count to a million.", max_tokens=3000, logit_bias=FOREVER)


@pytest.fixture(scope="module")
def socket_path(
    default_model_gguf: Path, graph_cache: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """Where to join a hosted engine; tests may kill its process."""
    with hosted_engine(default_model_gguf, graph_cache, IMPATIENT, folder=tmp_path_factory.mktemp("host")) as path:
        yield path


@pytest_asyncio.fixture(loop_scope="module")
async def guests(socket_path: Path) -> AsyncIterator[list[JoinedEngine]]:
    """Three that have joined it."""
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(joined(socket_path)) for _ in range(3)]


@asynccontextmanager
async def joined(socket_path: Path) -> AsyncIterator[JoinedEngine]:
    engine = JoinedEngine(socket_path)
    await engine.start()
    try:
        await engine.wait_ready()
        yield engine
    finally:
        await engine.stop()


def engine_processes() -> list[int]:
    """Those that this test process has started."""
    pid = os.getpid()
    children = [
        child for task in Path(f"/proc/{pid}/task").iterdir() for child in (task / "children").read_text().split()
    ]
    return [int(child) for child in children if b"openvino.process" in Path(f"/proc/{child}/cmdline").read_bytes()]


async def until_all_blocks_are_free(engine: JoinedEngine) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while engine.status.blocks_free < engine.status.blocks_total:
            await asyncio.sleep(0.01)


async def until_running(engine: JoinedEngine, count: int) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while engine.status.running != count:
            await asyncio.sleep(0.01)


async def require_failure(engine: JoinedEngine, begun: asyncio.Event) -> None:
    """The reader of an endless answer is told that the engine has failed; `begun` is set when it is read."""

    async def read() -> None:
        async with aclosing(engine.generate(ENDLESS)) as events:
            async for event in events:
                if isinstance(event, Piece):
                    begun.set()

    with pytest.raises(EngineFailed, match="restarted"):
        await read()


async def test_there_is_one_process_for_all(guests: list[JoinedEngine]) -> None:
    assert len(guests) == 3
    assert len(engine_processes()) == 1


async def test_nobody_else_may_join(socket_path: Path) -> None:
    assert stat.S_IMODE(socket_path.parent.stat().st_mode) == 0o700


async def test_answers_through_all_of_them_at_once_are_the_same_as_alone(guests: list[JoinedEngine]) -> None:
    requests = [
        ask(question, max_tokens=30, logprobs=0, **sampling)
        for question in ("What is the capital of France?", "Tell me a story.", "Count from one to ten.")
        for sampling in ({"temperature": 0}, {"temperature": 0.8, "seed": 3})
    ]
    alone = [await collect(guests[0], request) for request in requests]
    asked = [(guest, request) for request in requests for guest in guests]
    together: list[Reply] = []
    for start in range(0, len(asked), 8):
        batch = asked[start : start + 8]
        together += await asyncio.gather(*(collect(guest, request) for guest, request in batch))
    assert [reply.text() for reply in together] == [reply.text() for reply in alone for _ in guests]
    for reply in together:
        assert sum(piece.tokens for piece in reply.pieces) == reply.ended[0].completion_tokens


async def test_what_one_has_asked_spares_the_others_the_work(guests: list[JoinedEngine]) -> None:
    long = "Remember these words: " + " ".join(f"thing{number}" for number in range(100))
    await collect(guests[0], ask(long + " first question", max_tokens=1))
    reply = await collect(guests[1], ask(long + " second question", max_tokens=1))
    assert reply.began is not None
    assert reply.began.cached_tokens > 0.8 * reply.began.prompt_tokens


async def test_the_queue_is_one_for_all(guests: list[JoinedEngine]) -> None:
    asked = [collect(guests[n % 3], ask(f"Go on, {n}.", max_tokens=40, logit_bias=FOREVER)) for n in range(24)]
    results = await asyncio.gather(*asked, return_exceptions=True)
    answered = [result for result in results if isinstance(result, Reply)]
    assert len(answered) + sum(isinstance(result, EngineBusy) for result in results) == 24
    assert SMALL.max_running <= len(answered) <= SMALL.max_running + SMALL.max_waiting


async def test_each_sees_what_the_others_make_it_do(guests: list[JoinedEngine]) -> None:
    async with aclosing(guests[0].generate(ENDLESS)) as events:
        await anext(events)
        await until_running(guests[1], 1)
        assert guests[2].status.completion_tokens_total == guests[1].status.completion_tokens_total
    await until_running(guests[1], 0)
    await until_all_blocks_are_free(guests[2])


async def test_a_guest_that_leaves_gives_back_what_it_held(guests: list[JoinedEngine], socket_path: Path) -> None:
    async with joined(socket_path) as leaving:
        readings = [asyncio.create_task(require_failure(leaving, asyncio.Event())) for _ in range(3)]
        await until_running(guests[0], 3)
        assert guests[0].status.blocks_free < guests[0].status.blocks_total
        await leaving.stop()
        await asyncio.gather(*readings)
    await until_running(guests[0], 0)
    await until_all_blocks_are_free(guests[0])


@asynccontextmanager
async def guest_process(socket_path: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """Another process, in the middle of an endless answer of which it doesn't stop to read."""
    script = f"""
import asyncio
from pathlib import Path
from homespun.engines.openvino import JoinedEngine
from tests.engines.openvino.test_host import ENDLESS, collect
async def main():
    engine = JoinedEngine(Path({str(socket_path)!r}))
    await engine.start()
    await engine.wait_ready()
    await collect(engine, ENDLESS, timeout_s=600)
asyncio.run(main())
"""
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", script)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def test_a_killed_process_gives_back_what_it_held_and_disturbs_nobody(
    guests: list[JoinedEngine], socket_path: Path
) -> None:
    async with guest_process(socket_path) as process:
        await until_running(guests[0], 1)
        request = ask("Go on.", max_tokens=60, logit_bias=FOREVER, temperature=0)
        reading = asyncio.create_task(collect(guests[1], request))
        await until_running(guests[0], 2)
        process.kill()
        assert (await reading).ended[0].completion_tokens == 60
    await until_running(guests[0], 0)
    await until_all_blocks_are_free(guests[0])


async def test_a_process_that_reads_no_more_holds_up_nobody(guests: list[JoinedEngine], socket_path: Path) -> None:
    async with guest_process(socket_path) as process:
        await until_running(guests[0], 1)
        process.send_signal(signal.SIGSTOP)
        reply = await collect(guests[1], ask("Go on.", max_tokens=400, logit_bias=FOREVER))
        assert reply.ended[0].completion_tokens == 400
        process.send_signal(signal.SIGCONT)


@pytest.mark.parametrize("blow", [signal.SIGKILL, signal.SIGSTOP])
async def test_when_the_engine_dies_or_hangs_all_are_told_and_all_come_back(
    guests: list[JoinedEngine], blow: signal.Signals
) -> None:
    begun = [asyncio.Event() for _ in guests]
    readings = [asyncio.create_task(require_failure(guest, event)) for guest, event in zip(guests, begun, strict=True)]
    await asyncio.gather(*(event.wait() for event in begun))
    [pid] = engine_processes()
    os.kill(pid, blow)
    await asyncio.gather(*readings)
    assert {guest.status.state for guest in guests} == {EngineState.RESTARTING}
    for guest in guests:
        await guest.wait_ready()
        reply = await collect(guest, ask("What is the capital of France?", temperature=0, max_tokens=20))
        assert "Paris" in reply.text()
        assert guest.status.restarts_total >= 1
    assert engine_processes() != [pid]
    assert len(engine_processes()) == 1


async def test_one_that_hangs_while_it_rests_is_replaced(guests: list[JoinedEngine]) -> None:
    [pid] = engine_processes()
    os.kill(pid, signal.SIGSTOP)
    async with asyncio.timeout(PATIENCE_S):
        while engine_processes() in ([pid], []):
            await asyncio.sleep(0.05)
    for guest in guests:
        await guest.wait_ready()
        assert (await collect(guest, ask("Hello", max_tokens=3))).ended


async def test_a_model_that_cannot_be_read_is_told_to_those_that_are_there_and_those_that_come(tmp_path: Path) -> None:
    with hosted_engine(tmp_path / "nothing.gguf", tmp_path / "cache", SMALL, folder=tmp_path / "host") as path:
        for _ in range(2):
            engine = JoinedEngine(path)
            await engine.start()
            with pytest.raises(ModelUnreadable):
                await asyncio.wait_for(engine.wait_ready(), 30)
            assert engine.status.state is EngineState.FAILED
            assert engine.status.problem
            await engine.stop()


async def test_what_a_killed_host_left_behind_is_cleared_and_a_living_one_is_left_alone(
    socket_path: Path, default_model_gguf: Path, graph_cache: Path
) -> None:
    script = f"import socket; socket.socket(socket.AF_UNIX).bind({str(socket_path.parent / 'engine-1')!r})"
    await asyncio.to_thread(subprocess.run, [sys.executable, "-c", script], check=True)
    living = socket_path.rename(socket_path.parent / "engine-2")
    try:
        with hosted_engine(default_model_gguf, graph_cache, SMALL, folder=socket_path.parent) as path:
            assert sorted(path.parent.iterdir()) == sorted([path, living])
        assert [*path.parent.iterdir()] == [living]
    finally:
        living.rename(socket_path)


async def test_a_path_that_is_too_long_for_a_socket_is_refused_with_a_remedy(tmp_path: Path) -> None:
    folder = tmp_path / ("long" * 30)
    with (
        pytest.raises(Invalid, match="shorter data directory"),
        hosted_engine(tmp_path, tmp_path, SMALL, folder=folder),
    ):
        pass
