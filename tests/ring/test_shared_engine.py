"""Several server processes on the real model: they have one engine, and no death is the end of it."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import httpx
import openai
import pytest
import pytest_asyncio

from tests.patience import PATIENCE_S

from .test_server_process import ServerProcess, serving
from .test_workers import gone, workers

pytestmark = pytest.mark.asyncio(loop_scope="module")

QUESTIONS = ("What is the capital of France?", "Tell me a story.", "Count from one to ten.")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server(default_model_gguf: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[ServerProcess]:
    """Three workers and the default model; tests may kill any of them but the one that was started."""
    if default_model_gguf.parent.name != "smollm2-135m-instruct":
        pytest.skip("the model isn't where an installation would have it")
    data_dir = tmp_path_factory.mktemp("data")
    (data_dir / "models").symlink_to(default_model_gguf.parent.parent)
    async with serving(data_dir, "--workers", "3", engine="openvino") as server:
        yield server


def engines(server: ServerProcess) -> list[int]:
    """The engine processes below the one that was started."""
    below, found = [server.process.pid], []
    while below:
        pid = below.pop()
        for task in Path(f"/proc/{pid}/task").iterdir():
            below += map(int, (task / "children").read_text().split())
        if b"openvino.process" in Path(f"/proc/{pid}/cmdline").read_bytes():
            found.append(pid)
    return found


@asynccontextmanager
async def asking(server: ServerProcess, count: int) -> AsyncIterator[list[openai.AsyncOpenAI]]:
    """So many clients, each with a connection of its own, and so with whichever worker took it."""
    key = await server.key()
    async with AsyncExitStack() as stack:
        yield [
            await stack.enter_async_context(
                openai.AsyncOpenAI(base_url=f"{server.url}/v1", api_key=key, max_retries=0, timeout=PATIENCE_S)
            )
            for _ in range(count)
        ]


async def answer(client: openai.AsyncOpenAI, server: ServerProcess, question: str) -> str:
    stream = await client.chat.completions.create(
        model=server.settings.model,
        messages=[{"role": "user", "content": question}],
        temperature=0,
        max_tokens=24,
        stream=True,
    )
    return "".join([chunk.choices[0].delta.content or "" async for chunk in stream if chunk.choices])


async def begun(client: openai.AsyncOpenAI, server: ServerProcess) -> openai.AsyncStream[openai.types.Completion]:
    """An endless answer of which something has been heard."""
    stream = await client.completions.create(
        model=server.settings.model,
        prompt="Once upon a time",
        max_tokens=4000,
        logit_bias={"0": -100, "2": -100},
        stream=True,
    )
    await anext(stream)
    return stream


async def read_to_the_bitter_end(streams: list[openai.AsyncStream[openai.types.Completion]]) -> list[str]:
    """What each of them breaks off with."""

    async def read(stream: openai.AsyncStream[openai.types.Completion]) -> str:
        with pytest.raises((openai.APIError, httpx.TransportError)) as caught:
            async for _ in stream:
                pass
        return str(caught.value)

    return await asyncio.gather(*map(read, streams))


async def until_running(server: ServerProcess, count: int) -> None:
    """Returns when the engine answers so many."""
    async with asyncio.timeout(PATIENCE_S):
        while await running(server) != count:
            await asyncio.sleep(0.1)


async def running(server: ServerProcess) -> int:
    """What the engine is doing, as one of the workers tells: it may be a quarter of a second old."""
    async with httpx.AsyncClient(base_url=server.url, timeout=PATIENCE_S) as client:
        figures = (await client.get("/metrics")).text
    [line] = [line for line in figures.splitlines() if line.startswith("homespun_engine_running")]
    return int(float(line.split()[-1]))


async def test_three_workers_have_one_engine_and_answer_as_one_alone(server: ServerProcess) -> None:
    assert len(workers(server)) == 3
    assert len(engines(server)) == 1
    async with asking(server, 9) as clients:
        alone = [await answer(clients[0], server, question) for question in QUESTIONS]
        together = await asyncio.gather(*(answer(client, server, QUESTIONS[n % 3]) for n, client in enumerate(clients)))
    assert together == alone * 3


async def test_what_a_killed_worker_was_answering_is_not_calculated_any_more(server: ServerProcess) -> None:
    async with asking(server, 6) as clients:
        streams = await asyncio.gather(*(begun(client, server) for client in clients))
        await until_running(server, 6)
        killed = workers(server)
        for pid in killed:
            os.kill(pid, signal.SIGKILL)
        await gone(killed)
        await server.ready()
        await until_running(server, 0)
        assert len(engines(server)) == 1
        await read_to_the_bitter_end(streams)


async def test_a_killed_engine_is_told_to_all_who_read_and_replaced_for_all(server: ServerProcess) -> None:
    async with asking(server, 6) as clients:
        streams = await asyncio.gather(*(begun(client, server) for client in clients))
        [killed] = engines(server)
        before = workers(server)
        os.kill(killed, signal.SIGKILL)
        errors = await read_to_the_bitter_end(streams)
        assert all("restarted" in error for error in errors)
        await gone([killed])
        async with asyncio.timeout(120):
            while not all([await serves(server) for _ in range(6)]):
                await asyncio.sleep(0.1)
        assert "Paris" in await answer(clients[0], server, QUESTIONS[0])
    assert workers(server) == before
    assert len(engines(server)) == 1


async def serves(server: ServerProcess) -> bool:
    async with httpx.AsyncClient(base_url=server.url, timeout=PATIENCE_S) as client:
        return (await client.get("/health")).status_code == 200
