from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from homespun.cli.background import BackgroundLoop
from homespun.core.errors import Unavailable


async def in_which_thread() -> int:
    return threading.get_ident()


def test_work_runs_in_another_thread_and_its_result_comes_back() -> None:
    with BackgroundLoop() as loop:
        assert loop.run(in_which_thread()) != threading.get_ident()


def test_errors_come_back_too() -> None:
    async def fail() -> None:
        raise Unavailable("no")

    with BackgroundLoop() as loop, pytest.raises(Unavailable, match="no"):
        loop.run(fail())


def test_a_block_is_entered_and_left_there() -> None:
    steps: list[str] = []

    @asynccontextmanager
    async def block() -> AsyncIterator[str]:
        steps.append("in")
        yield "value"
        steps.append("out")

    with BackgroundLoop() as loop:
        with loop.entered(block()) as value:
            assert (value, steps) == ("value", ["in"])
        assert steps == ["in", "out"]


def test_what_still_runs_at_the_end_is_cancelled_and_waited_for() -> None:
    ended = threading.Event()

    async def endless() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    with BackgroundLoop() as loop:
        loop.submit(endless())
        loop.run(asyncio.sleep(0))
    assert ended.is_set()
