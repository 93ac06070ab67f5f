"""Several server processes behind one port."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import httpx

from homespun.journal import TurnState
from tests.patience import PATIENCE_S

from .test_server_process import ServerProcess, answering, serving


def workers(server: ServerProcess) -> list[int]:
    """The process ids of those that serve: children of the one that was started, but not Python's resource tracker."""
    pid = server.process.pid
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in children if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()]


async def gone(pids: list[int]) -> None:
    """Returns when none of these processes lives any more."""
    async with asyncio.timeout(PATIENCE_S):
        while any(is_alive(pid) for pid in pids):
            await asyncio.sleep(0.05)


def is_alive(pid: int) -> bool:
    """It is there, and not only because nobody has asked how it ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


async def assert_serves(server: ServerProcess, key: str) -> None:
    """Several requests on connections of their own are answered, by whichever process."""
    headers = {"authorization": f"Bearer {key}"}
    for _ in range(6):
        async with httpx.AsyncClient(base_url=f"{server.url}/v1", headers=headers, timeout=PATIENCE_S) as client:
            assert (await client.get("/models")).status_code == 200


async def test_those_that_are_killed_are_replaced_and_what_they_were_answering_is_closed(tmp_path: Path) -> None:
    async with serving(tmp_path, "--workers", "2") as server:
        key = await server.key()
        before = workers(server)
        assert len(before) == 2
        async with answering(server) as (pieces, heard):
            await anext(pieces)
            for pid in before:
                os.kill(pid, signal.SIGKILL)
            await gone(before)
        async with asyncio.timeout(PATIENCE_S):
            while len(set(workers(server)) - set(before)) < 2:
                await asyncio.sleep(0.1)
        await server.ready()
        await assert_serves(server, key)
        [turn] = await server.turns()
    assert turn.state is TurnState.INTERRUPTED
    assert turn.answer.startswith("".join(heard))


async def figures(server: ServerProcess, name: str) -> float:
    """A sum of what whichever process is asked tells."""
    async with httpx.AsyncClient(base_url=server.url, timeout=PATIENCE_S) as client:
        lines = (await client.get("/metrics")).text.splitlines()
    found = [float(line.split()[-1]) for line in lines if line.startswith(name)]
    assert found, name
    return sum(found)


async def agreed(server: ServerProcess, name: str, value: float) -> None:
    """Returns when all processes tell this; what an engine is doing is told within a second."""
    async with asyncio.timeout(PATIENCE_S):
        while {await figures(server, name) for _ in range(8)} != {value}:
            await asyncio.sleep(0.2)


async def test_whichever_is_asked_tells_what_all_of_them_count(tmp_path: Path) -> None:
    asked = 'homespun_requests_total{method="GET",route="/v1/models"'
    async with serving(tmp_path, "--workers", "2") as server:
        key = await server.key()
        for _ in range(2):
            await assert_serves(server, key)
        assert {await figures(server, asked) for _ in range(8)} == {12}
        async with answering(server) as (pieces, _), answering(server) as (others, _):
            await anext(pieces)
            await anext(others)
            await agreed(server, "homespun_engine_running", 2)
            await agreed(server, "homespun_engine_ready", 1)
        await agreed(server, "homespun_engine_running", 0)
        await agreed(server, "homespun_time_to_first_token_seconds_count", 2)
        killed = workers(server)
        for pid in killed:
            os.kill(pid, signal.SIGKILL)
        await gone(killed)
        await server.ready()
        assert {await figures(server, asked) for _ in range(8)} == {12}, "what the dead have counted stays"
        await agreed(server, "homespun_engine_ready", 1)


async def test_told_to_stop_they_all_end(tmp_path: Path) -> None:
    async with serving(tmp_path, "--workers", "2") as server:
        processes = workers(server)
        server.process.terminate()
        assert await asyncio.wait_for(server.process.wait(), PATIENCE_S) == 0
        await gone(processes)


async def test_they_do_not_outlive_the_one_that_started_them(tmp_path: Path) -> None:
    async with serving(tmp_path, "--workers", "2") as server:
        processes = workers(server)
        server.process.kill()
        await gone(processes)
