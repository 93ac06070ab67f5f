"""The whole server over HTTP against its own engine, in the same run: throughput, time to first token, shared prefixes.

Both answer the same work: random prompts of `engine_worker`'s length, answers of full length at temperature 0.7. They
take turns, so that noise hits both alike. The engine's figures are taken where the server would read them; the
server's by an HTTP client on the same processor, whose own cost is part of what is measured.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import uvloop

from homespun.cli.load.exchange import Address, exchange, request_bytes
from homespun.cli.load.reading import Sample, read
from homespun.models import DEFAULT_MODEL
from homespun.settings import Settings
from homespun.wiring import open_accounts

from .engine import KNOWN_TOKENS, OWN_TOKENS, Peer
from .engine_worker import END_TOKENS, PROMPT_TOKENS, random_prompts

CHATS = 16
FIRST_TOKEN_PROMPT_TOKENS = 100
_START_TIMEOUT_S = 120.0
_REQUEST_TIMEOUT_S = 300.0


@dataclass(frozen=True, slots=True)
class Server:
    """A running server and a key of it."""

    address: Address
    key: str

    async def complete(self, prompt: list[int], *, max_tokens: int, temperature: float) -> Sample:
        """One streamed completion of token ids, never shorter than `max_tokens`."""
        body = {
            "model": DEFAULT_MODEL,
            "prompt": prompt,
            "max_tokens": max_tokens,
            "temperature": temperature,
            "logit_bias": {str(token): -100 for token in END_TOKENS},
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        request = request_bytes(self.address, self.key, body)
        sample = read(await exchange(self.address, request, timeout_s=_REQUEST_TIMEOUT_S))
        assert isinstance(sample, Sample), sample
        assert sample.completion_tokens == max_tokens, f"{sample.completion_tokens} tokens instead of {max_tokens}"
        return sample


def measure(model: Path, *, rounds: int, tokens: int) -> dict[str, Any]:
    """Figures by name; rates in tokens per second, times in milliseconds."""
    peer = Peer("homespun", model)
    try:
        with running_server(model) as server, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            return {
                "throughput": _throughput(runner, server, peer, rounds=rounds, tokens=tokens),
                "first_token": _first_token(runner, server, peer, rounds=rounds * 6),
                "shared_prefix": runner.run(_shared_prefix(server, rounds=rounds)),
            }
    finally:
        peer.close()


def _throughput(runner: asyncio.Runner, server: Server, peer: Peer, *, rounds: int, tokens: int) -> dict[str, Any]:
    async def over_http() -> float:
        prompts = random_prompts(CHATS, PROMPT_TOKENS)
        began = time.perf_counter()
        await asyncio.gather(*(server.complete(prompt, max_tokens=tokens, temperature=0.7) for prompt in prompts))
        return CHATS * tokens / (time.perf_counter() - began)

    alone: list[float] = []
    whole: list[float] = []
    for number in range(rounds + 1):
        rates = peer.measure(chats=CHATS, tokens=tokens, sampled=True), runner.run(over_http())
        if number:  # the first round warms up
            alone.append(rates[0])
            whole.append(rates[1])
        print(f"server, round {number} of {rounds}", file=sys.stderr)
    engine, over = statistics.median(alone), statistics.median(whole)
    return {"chats": CHATS, "engine": round(engine, 1), "server": round(over, 1), "ratio": round(over / engine, 3)}


def _first_token(runner: asyncio.Runner, server: Server, peer: Peer, *, rounds: int) -> dict[str, Any]:
    """Of one chat at a time: what the way through the server adds to the engine's own time."""
    engine_ms: list[float] = []
    server_ms: list[float] = []
    for number in range(rounds + 1):
        (prompt,) = random_prompts(1, FIRST_TOKEN_PROMPT_TOKENS)
        seconds = FIRST_TOKEN_PROMPT_TOKENS / peer.measure(prefill=FIRST_TOKEN_PROMPT_TOKENS, after_answer=True)
        sample = runner.run(server.complete(prompt, max_tokens=8, temperature=0.0))
        if number:
            engine_ms.append(seconds * 1000)
            server_ms.append(sample.first_text_s * 1000)
    engine, over = statistics.median(engine_ms), statistics.median(server_ms)
    return {"engine_ms": round(engine, 1), "server_ms": round(over, 1), "added_ms": round(over - engine, 1)}


async def _shared_prefix(server: Server, *, rounds: int) -> dict[str, Any]:
    """Two requests that begin with the same tokens, one after the other."""
    times_ms: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        (prefix,) = random_prompts(1, KNOWN_TOKENS)
        for place, own in zip(times_ms, random_prompts(2, OWN_TOKENS), strict=True):
            sample = await server.complete(prefix + own, max_tokens=8, temperature=0.0)
            place.append(sample.first_text_s * 1000)
    first, second = (statistics.median(times) for times in times_ms)
    return {"first_ms": round(first, 1), "second_ms": round(second, 1), "ratio": round(second / first, 3)}


@contextmanager
def running_server(model: Path) -> Iterator[Server]:
    """`homespun serve` on a free port of this machine, with a fresh database; `model` is the default model's file."""
    with tempfile.TemporaryDirectory() as folder:
        settings = replace(Settings(), data_dir=Path(folder))
        (settings.data_dir / "models").symlink_to(model.parent.parent)
        key = asyncio.run(_make_key(settings))
        command = [sys.executable, "-m", "homespun", "serve", "--port", "0", "--data-dir", folder]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("HOMESPUN_")}
        with (Path(folder) / "server.log").open("w") as log:
            process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, env=environment)
        try:
            yield Server(Address.of(_wait_ready(process) + "/v1", "/completions"), key)
        finally:
            process.terminate()
            process.communicate(timeout=30)


async def _make_key(settings: Settings) -> str:
    async with open_accounts(settings) as accounts:
        _, secret = await accounts.create_key("benchmark")
    return secret


def _wait_ready(process: subprocess.Popen[str]) -> str:
    """The server's address, once it answers."""
    assert process.stdout is not None
    base = next(line.split()[1] for line in process.stdout if line.strip().startswith("API")).removesuffix("/v1")
    deadline = time.monotonic() + _START_TIMEOUT_S
    while httpx.get(f"{base}/health").status_code != httpx.codes.OK:
        assert time.monotonic() < deadline, "the server doesn't become ready"
        time.sleep(0.2)
    return base
