"""Keeps a fixed number of chats busy at a server, each asking again as soon as it has its answer."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from homespun.core.errors import Unavailable

from .exchange import Address, Recording, exchange, request_bytes
from .figures import LevelFigures, figures_of
from .prompts import Prompts
from .reading import Failure, read


@dataclass(frozen=True, slots=True)
class Target:
    """The server and model under load."""

    address: Address
    key: str
    model: str
    extra: Mapping[str, object] = field(default_factory=dict)
    """More fields for the body of each request, for what one server knows and another doesn't."""

    async def ask(self, question: str, *, max_tokens: int, timeout_s: float) -> Recording:
        """One streamed chat completion, recorded."""
        body = {
            "model": self.model,
            "messages": [{"role": "user", "content": question}],
            "max_tokens": max_tokens,
            "stream": True,
            "stream_options": {"include_usage": True},
            **self.extra,
        }
        return await exchange(self.address, request_bytes(self.address, self.key, body), timeout_s=timeout_s)


@dataclass(frozen=True, slots=True)
class Level:
    """One step of the load."""

    concurrency: int
    """How many chats at once."""
    requests: int
    """How many in all."""
    max_tokens: int
    timeout_s: float = 600.0
    """For each request."""


async def size_prompts(target: Target, prompt_tokens: int) -> Prompts:
    """Prompts that the server counts as about `prompt_tokens` tokens each, found by asking it twice. This warms it up
    too. Raises `Unavailable` with the server's words when it doesn't answer.
    """
    words = prompt_tokens
    for _ in range(2):
        result = read(await target.ask(Prompts(words, seed=-1).next(), max_tokens=2, timeout_s=300))
        if isinstance(result, Failure):
            raise Unavailable(f"The server doesn't answer: {result.reason}")
        if not result.prompt_tokens:
            break
        words = max(1, words + prompt_tokens - result.prompt_tokens)
    return Prompts(words)


async def measure_level(
    target: Target, prompts: Prompts, level: Level, *, on_answer: Callable[[], None] = lambda: None
) -> LevelFigures:
    """Applies one level of load and sums it up; `on_answer` is called after each answer."""
    recordings: list[Recording] = []
    questions = iter([prompts.next() for _ in range(level.requests)])

    async def chat() -> None:
        for question in questions:
            recordings.append(await target.ask(question, max_tokens=level.max_tokens, timeout_s=level.timeout_s))
            on_answer()

    cpu_before_s, before_s = time.process_time(), time.perf_counter()
    await asyncio.gather(*(chat() for _ in range(min(level.concurrency, level.requests))))
    client_cpu = (time.process_time() - cpu_before_s) / (time.perf_counter() - before_s)
    return figures_of(level.concurrency, [read(recording) for recording in recordings], client_cpu=client_cpu)
