"""The owner, sign-in links and sessions."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from homespun.accounts import Accounts, Role
from homespun.core.clock import FakeClock
from homespun.core.errors import StorageFull, Unauthenticated
from homespun.store import Store
from tests.databases.fixtures import ON_SQLITE

from .conftest import QUICK, JumpingClock, person_by_session

HOUR_S = 3_600
DAY_S = 24 * HOUR_S


async def test_the_owner_is_made_once(accounts: Accounts, elsewhere: Accounts) -> None:
    owners = await asyncio.gather(*(who.ensure_owner() for who in (accounts, elsewhere) for _ in range(5)))
    assert len(set(owners)) == 1
    assert (owners[0].name, owners[0].role) == ("Owner", Role.OWNER)


async def test_a_link_signs_the_owner_in(accounts: Accounts) -> None:
    person, session = await accounts.sign_in(await accounts.make_sign_in_link_token())
    assert person == await accounts.ensure_owner()
    assert await person_by_session(accounts, session) == person


@pytest.mark.parametrize("token", ["", "rubbish", "x" * 100_000, "half \ud83d", "nul \0", "天气"])
async def test_rubbish_signs_nobody_in(accounts: Accounts, token: str) -> None:
    await accounts.make_sign_in_link_token()
    with pytest.raises(Unauthenticated):
        await accounts.sign_in(token)
    with pytest.raises(Unauthenticated):
        await person_by_session(accounts, token)
    await accounts.sign_out(token)


async def test_a_link_works_once(accounts: Accounts) -> None:
    token = await accounts.make_sign_in_link_token()
    await accounts.sign_in(token)
    with pytest.raises(Unauthenticated, match="owner link"):
        await accounts.sign_in(token)


async def test_of_many_who_use_a_link_at_once_one_gets_in(accounts: Accounts, elsewhere: Accounts) -> None:
    token = await accounts.make_sign_in_link_token()
    attempts = [who.sign_in(token) for who in (accounts, elsewhere) for _ in range(8)]
    outcomes = await asyncio.gather(*attempts, return_exceptions=True)
    assert sum(isinstance(outcome, tuple) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, Unauthenticated) for outcome in outcomes) == 15


async def test_a_link_lives_for_a_day(accounts: Accounts, clock: FakeClock) -> None:
    early, late = await accounts.make_sign_in_link_token(), await accounts.make_sign_in_link_token()
    clock.advance(DAY_S - 1)
    await accounts.sign_in(early)
    clock.advance(1)
    with pytest.raises(Unauthenticated):
        await accounts.sign_in(late)


async def test_a_clock_that_is_set_back_makes_no_link_longer(store: Store, jumping: JumpingClock) -> None:
    accounts = Accounts(store, jumping, QUICK)
    token = await accounts.make_sign_in_link_token()
    jumping.jump(-HOUR_S)
    with pytest.raises(Unauthenticated):
        await accounts.sign_in(token)
    jumping.jump(HOUR_S)
    await accounts.sign_in(token)


async def test_a_new_link_leaves_the_older_one_good(accounts: Accounts) -> None:
    older = await accounts.make_sign_in_link_token()
    await accounts.make_sign_in_link_token()
    await accounts.sign_in(older)


async def test_a_link_made_by_another_process_signs_in_here(accounts: Accounts, elsewhere: Accounts) -> None:
    person, _ = await accounts.sign_in(await elsewhere.make_sign_in_link_token())
    assert person == await elsewhere.ensure_owner()


async def test_signing_out_ends_one_session(accounts: Accounts) -> None:
    _, ended = await accounts.sign_in(await accounts.make_sign_in_link_token())
    _, other = await accounts.sign_in(await accounts.make_sign_in_link_token())
    await accounts.sign_out(ended)
    await accounts.sign_out(ended)
    with pytest.raises(Unauthenticated):
        await person_by_session(accounts, ended)
    await person_by_session(accounts, other)


async def test_a_session_that_is_used_goes_on(accounts: Accounts, clock: FakeClock) -> None:
    _, session = await accounts.sign_in(await accounts.make_sign_in_link_token())
    for _ in range(10):
        clock.advance(20 * DAY_S)
        await person_by_session(accounts, session)


async def test_a_session_that_is_not_used_ends_after_30_days(accounts: Accounts, clock: FakeClock) -> None:
    _, session = await accounts.sign_in(await accounts.make_sign_in_link_token())
    clock.advance(30 * DAY_S - 1)
    await person_by_session(accounts, session)
    clock.advance(30 * DAY_S)
    with pytest.raises(Unauthenticated):
        await person_by_session(accounts, session)


def writes_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: Store) -> None:
        raise StorageFull

    monkeypatch.setattr(Store, "write", full)


async def test_a_full_disk_signs_nobody_out(
    accounts: Accounts, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    person, session = await accounts.sign_in(await accounts.make_sign_in_link_token())
    clock.advance(2 * DAY_S)
    writes_fail(monkeypatch)
    assert await person_by_session(accounts, session) == person


@ON_SQLITE
async def test_no_secret_is_on_disk(accounts: Accounts, store: Store, tmp_path: Path) -> None:
    link = await accounts.make_sign_in_link_token()
    _, session = await accounts.sign_in(link)
    _, key = await accounts.create_key("mine")
    await store.close()
    disk = b"".join(path.read_bytes() for path in tmp_path.glob("homespun.db*"))
    assert b"mine" in disk
    for secret in (link, session, key):
        assert secret[20:].encode() not in disk


async def test_secrets_are_long_and_never_the_same(accounts: Accounts) -> None:
    tokens = {await accounts.make_sign_in_link_token() for _ in range(20)}
    assert len(tokens) == 20
    assert all(len(token) == 43 and token.isascii() for token in tokens)  # 256 bits in base 64
