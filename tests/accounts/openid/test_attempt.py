"""One browser's attempt to sign in: its own, finished once, and within a time."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import select

from homespun.accounts import Accounts
from homespun.accounts.openid.attempt import Attempt
from homespun.accounts.sweeping import sweep
from homespun.accounts.tables import OpenIdAttemptRow
from homespun.core.clock import FakeClock
from homespun.core.errors import ProviderRefused, ProviderUntrusted, SignInStale, TooManyAttempts
from homespun.store import Store

from .visits import HERE, count, require_nobody_in, returned, signed_in


async def test_a_state_of_somebody_elses_is_refused(accounts: Accounts, store: Store) -> None:
    eve = await returned(accounts)
    for changes in (
        {"state": eve.state, "code": eve.code},
        {"state": ""},
        {"state": "x" * 5000},
        {"state": "half \ud83d"},
        {"secret": ""},
        {"secret": "", "state": Attempt.of("").state},
        {"secret": eve.secret},
    ):
        await require_nobody_in(accounts, store, SignInStale, **changes)


async def test_a_sign_in_is_finished_once(accounts: Accounts) -> None:
    back = await returned(accounts)
    await accounts.openid.finish(back, HERE)
    with pytest.raises(SignInStale):
        await accounts.openid.finish(back, HERE)
    code = (await returned(accounts)).code
    with pytest.raises(SignInStale):
        await accounts.openid.finish(replace(back, code=code), HERE)


async def test_of_many_who_come_back_with_the_same_one_gets_in(accounts: Accounts) -> None:
    back = await returned(accounts)
    outcomes = await asyncio.gather(*(accounts.openid.finish(back, HERE) for _ in range(4)), return_exceptions=True)
    assert sum(isinstance(outcome, tuple) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, SignInStale) for outcome in outcomes) == 3


async def test_a_sign_in_takes_ten_minutes_at_most(accounts: Accounts, clock: FakeClock, store: Store) -> None:
    back = await returned(accounts)
    clock.advance(600)
    with pytest.raises(SignInStale):
        await accounts.openid.finish(back, HERE)
    await accounts.openid.begin(HERE)
    clock.advance(2 * 24 * 3600)
    await sweep(store, clock.now())
    assert await count(store, OpenIdAttemptRow) == 0


async def test_a_code_of_another_attempt_is_no_good(accounts: Accounts, store: Store) -> None:
    await require_nobody_in(accounts, store, ProviderRefused, code=(await returned(accounts)).code)
    await require_nobody_in(accounts, store, ProviderRefused, code="' OR 1=1 --")
    await require_nobody_in(accounts, store, ProviderUntrusted, code="")


async def test_one_address_begins_so_many_and_no_more_those_apart_that_were_finished(accounts: Accounts) -> None:
    for _ in range(2):
        await signed_in(accounts)
    for _ in range(100):
        await accounts.openid.begin(HERE)
    with pytest.raises(TooManyAttempts):
        await accounts.openid.begin(HERE)


async def test_what_is_stored_of_an_attempt_lets_nobody_in(accounts: Accounts, store: Store) -> None:
    departure = await accounts.openid.begin(HERE)
    async with store.read() as session:
        row = (await session.scalars(select(OpenIdAttemptRow))).one()
    assert row.digest not in departure.url
    assert departure.secret not in (row.digest, departure.url)
    assert departure.secret not in repr(departure)
