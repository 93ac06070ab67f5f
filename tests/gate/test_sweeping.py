"""Idempotency keys and kept responses go when their day is over, and none before."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace

import pytest
from sqlalchemy import text

from homespun.accounts import Caller
from homespun.core.clock import FakeClock
from homespun.gate import Asked, Responses, swept
from homespun.gate.sweeping import sweep
from homespun.store import Store
from tests.patience import PATIENCE_S

from .behind import STRANGER, House, asked

A_DAY_S = 24 * 3600.0
THEM = Caller(STRANGER)


async def ask(house: House, key: str) -> None:
    await house.gate.admit(THEM, replace(asked("Hello?"), idempotency_key=key))


async def kept(store: Store, table: str) -> list[str]:
    async with store.read() as session:
        return list(await session.scalars(text(f"SELECT key FROM {table} ORDER BY key")))


async def test_a_day_later_the_key_of_a_turn_is_gone_and_not_before(house: House, store: Store) -> None:
    await ask(house, "old")
    house.clock.advance(A_DAY_S)
    await ask(house, "new")
    await sweep(store, house.clock.now())
    assert await kept(store, "idempotency_keys") == ["new", "old"]
    house.clock.advance(1)
    await sweep(store, house.clock.now())
    assert await kept(store, "idempotency_keys") == ["new"]


async def test_a_day_later_a_kept_response_is_gone(store: Store) -> None:
    clock = FakeClock()
    responses = Responses(store, clock)
    await responses.begin(Asked("person_anna", "old", "a" * 64))
    clock.advance(A_DAY_S + 1)
    await responses.begin(Asked("person_anna", "new", "a" * 64))
    await sweep(store, clock.now())
    assert await kept(store, "idempotent_responses") == ["new"]


async def test_many_go_a_few_at_a_time(house: House, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("homespun.store.sweeping._AT_ONCE", 2)
    for number in range(5):
        await ask(house, f"key-{number}")
    house.clock.advance(A_DAY_S + 1)
    await asyncio.gather(*(sweep(store, house.clock.now()) for _ in range(2)))
    assert await kept(store, "idempotency_keys") == []


async def test_a_server_sweeps_by_itself(house: House, store: Store) -> None:
    await ask(house, "old")
    house.clock.advance(A_DAY_S + 1)
    async with swept(store, house.clock):
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_S):
                while await kept(store, "idempotency_keys"):
                    await asyncio.sleep(0.01)
    assert await kept(store, "idempotency_keys") == []
