"""The real server process: killed in the middle of an answer, and told to stop in the middle of one."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import openai
import pytest

from homespun.api import listen
from homespun.core.errors import Conflict, Invalid
from homespun.journal import Turn, TurnState
from homespun.settings import EngineKind, Settings
from homespun.wiring import build

from .houses import turn_ids

QUESTION = " ".join(f"word{number}" for number in range(2000))
"""The scripted engine says it again, fifty words a second: long enough to die in the middle."""


@dataclass
class ServerProcess:
    """`homespun serve`, with the scripted engine unless told otherwise."""

    process: asyncio.subprocess.Process
    url: str
    settings: Settings

    async def ready(self) -> None:
        """Returns when it serves."""
        async with httpx.AsyncClient() as client:
            while True:
                try:
                    if (await client.get(f"{self.url}/health")).status_code == 200:
                        return
                except httpx.TransportError:
                    assert self.process.returncode is None, "the server has ended"
                await asyncio.sleep(0.05)

    async def key(self) -> str:
        """A new API key."""
        house = build(self.settings)
        async with house.open():
            return (await house.accounts.create_key("test"))[1]

    async def turns(self) -> list[Turn]:
        """All turns, as the next start of the server finds them."""
        house = build(self.settings)
        async with house.open():
            owner = await house.accounts.ensure_owner()
            return [await house.journal.turn(owner.id, turn_id) for turn_id in turn_ids(house.settings.data_dir)]


@asynccontextmanager
async def serving(data_dir: Path, *options: str, engine: str = "scripted") -> AsyncIterator[ServerProcess]:
    """Starts a server on a free port; it is gone at the end of the block."""
    with listen("127.0.0.1", 0) as free:
        port = free.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HOMESPUN_")} | {
        "HOMESPUN_ENGINE": engine,
        "HOMESPUN_DATA_DIR": str(data_dir),
        "HOMESPUN_PORT": str(port),
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "homespun", "serve", "--no-link", *options),
        env=environment,
        cwd=data_dir,
        stdout=asyncio.subprocess.DEVNULL,
    )
    settings = Settings(data_dir=data_dir, engine=EngineKind.SCRIPTED)
    try:
        server = ServerProcess(process, f"http://127.0.0.1:{port}", settings)
        await server.ready()
        yield server
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


@asynccontextmanager
async def answering(server: ServerProcess) -> AsyncIterator[tuple[AsyncIterator[str], list[str]]]:
    """An answer that is being streamed: its pieces, and all of them that were read."""
    heard: list[str] = []
    async with openai.AsyncOpenAI(base_url=f"{server.url}/v1", api_key=await server.key(), max_retries=0) as sdk:
        stream = await sdk.chat.completions.create(
            model=server.settings.model, messages=[{"role": "user", "content": QUESTION}], stream=True
        )

        async def pieces() -> AsyncIterator[str]:
            async for chunk in stream:
                heard.append(chunk.choices[0].delta.content or "")
                yield heard[-1]

        yield pieces(), heard


async def test_a_server_that_is_killed_in_mid_stream_loses_nothing_that_was_read(tmp_path: Path) -> None:
    async with serving(tmp_path) as server:
        async with answering(server) as (pieces, heard):
            async for _ in pieces:
                if len(heard) == 20:
                    break
            server.process.kill()
            with pytest.raises((openai.APIError, httpx.TransportError)):
                async for _ in pieces:
                    pass
        [turn] = await server.turns()
    assert turn.state is TurnState.INTERRUPTED
    said = "".join(heard)
    assert len(said) > 50
    assert turn.answer.startswith(said)
    assert f"You said: {QUESTION}".startswith(turn.answer)
    assert not list((tmp_path / "spools").glob("*.jsonl"))


async def test_a_server_that_is_told_to_stop_says_so_closes_its_turns_and_is_gone_in_time(tmp_path: Path) -> None:
    async with serving(tmp_path) as server:
        async with answering(server) as (pieces, heard):
            async for _ in pieces:
                if len(heard) == 5:
                    break
            server.process.send_signal(signal.SIGTERM)
            with pytest.raises(openai.APIError, match="stopping"):
                async for _ in pieces:
                    pass
        async with asyncio.timeout(server.settings.stop_timeout_s + 5):
            await server.process.wait()
        [turn] = await server.turns()
    assert turn.state is TurnState.INTERRUPTED
    assert turn.answer == "".join(heard)


def test_a_taken_port_is_a_conflict_that_names_the_remedy() -> None:
    with listen("127.0.0.1", 0) as taken, pytest.raises(Conflict, match="HOMESPUN_PORT") as caught:
        listen("127.0.0.1", taken.getsockname()[1])
    assert caught.value.param == "port"


@pytest.mark.parametrize("host", ["no.such.host.invalid", "203.0.113.1"])
def test_an_address_that_is_not_ours_is_invalid(host: str) -> None:
    with pytest.raises(Invalid, match=host):
        listen(host, 0)
