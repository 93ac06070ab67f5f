"""Sessions: listed, ended, and told to every process."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from homespun.accounts import Accounts, Credentials, Device
from homespun.accounts.tables import SessionRow
from homespun.core.clock import FakeClock
from homespun.core.errors import NotFound, Unauthenticated
from homespun.store import Store

from .conftest import JumpingClock

DAY_S = 24 * 3_600
PHONE = Device("192.0.2.1", "Phone")


async def sign_in(accounts: Accounts, device: Device = PHONE) -> tuple[str, str]:
    """The owner's id and a fresh session's token."""
    person, token = await accounts.sign_in(await accounts.make_sign_in_link_token(), device)
    return person.id, token


async def test_sessions_are_listed_with_where_they_are_the_last_seen_first(
    accounts: Accounts, clock: FakeClock
) -> None:
    person_id, _ = await sign_in(accounts)
    clock.advance(60)
    _, token = await sign_in(accounts, Device("2001:db8::1", "Notebook"))
    assert [session.device.user_agent for session in await accounts.sessions.list(person_id)] == ["Notebook", "Phone"]
    made_at = clock.now()
    clock.advance(600)
    await accounts.identify(Credentials(session=token, address="198.51.100.7"))
    last = (await accounts.sessions.list(person_id))[0]
    assert (last.created_at, last.last_seen_at) == (made_at, clock.now())
    assert last.device == Device("198.51.100.7", "Notebook")


async def test_what_a_browser_says_of_itself_is_kept_as_far_as_it_can_be(accounts: Accounts) -> None:
    person_id, _ = await sign_in(accounts, Device("x" * 1000, "nul \0 half \ud83d" + "x" * 10_000))
    [session] = await accounts.sessions.list(person_id)
    assert len(session.device.user_agent) == 300
    assert len(session.device.address) == 45


async def test_a_session_is_ended_by_its_id(accounts: Accounts) -> None:
    person_id, token = await sign_in(accounts)
    [session] = await accounts.sessions.list(person_id)
    await accounts.identify(Credentials(session=token))
    await accounts.sessions.end(person_id, session.id)
    with pytest.raises(Unauthenticated):
        await accounts.identify(Credentials(session=token))
    with pytest.raises(NotFound):
        await accounts.sessions.end(person_id, session.id)


async def test_nobody_ends_a_session_of_somebody_else(accounts: Accounts) -> None:
    person_id, token = await sign_in(accounts)
    [session] = await accounts.sessions.list(person_id)
    for stranger in ("", "person_stranger"):
        with pytest.raises(NotFound):
            await accounts.sessions.end(stranger, session.id)
    await accounts.identify(Credentials(session=token))


async def test_all_sessions_but_one_are_ended_together(accounts: Accounts) -> None:
    tokens = [(await sign_in(accounts))[1] for _ in range(3)]
    kept = await accounts.identify(Credentials(session=tokens[1]))
    assert await accounts.sessions.end_others(kept.person.id, kept.session_id) == 2
    assert [session.id for session in await accounts.sessions.list(kept.person.id)] == [kept.session_id]
    await accounts.identify(Credentials(session=tokens[1]))
    for ended in (tokens[0], tokens[2]):
        with pytest.raises(Unauthenticated):
            await accounts.identify(Credentials(session=ended))


async def test_a_session_ends_after_a_year_however_much_it_is_used(accounts: Accounts, clock: FakeClock) -> None:
    _, token = await sign_in(accounts)
    for _ in range(18):
        clock.advance(20 * DAY_S)
        await accounts.identify(Credentials(session=token))
    clock.advance(5 * DAY_S)
    with pytest.raises(Unauthenticated):
        await accounts.identify(Credentials(session=token))


async def test_a_remembered_session_ends_on_time(store: Store, jumping: JumpingClock) -> None:
    accounts = Accounts(store, jumping)
    _, token = await sign_in(accounts)
    await accounts.identify(Credentials(session=token))
    jumping.jump(30 * DAY_S)
    with pytest.raises(Unauthenticated):
        await accounts.identify(Credentials(session=token))


async def test_endings_are_told_once_in_order(accounts: Accounts, elsewhere: Accounts) -> None:
    person_id, token = await sign_in(accounts)
    key, _ = await accounts.create_key("mine")
    [session] = await accounts.sessions.list(person_id)
    start, nothing = await elsewhere.endings_after(0)
    assert (start, nothing) == (0, frozenset())
    await accounts.sign_out(token)
    first, ended = await elsewhere.endings_after(start)
    assert ended == {session.id}
    await accounts.revoke_key(key.id)
    second, ended = await elsewhere.endings_after(first)
    assert ended == {key.id}
    assert await elsewhere.endings_after(second) == (second, frozenset())
    assert second > first > start


async def test_whoever_asks_for_endings_forgets_what_has_ended(accounts: Accounts, elsewhere: Accounts) -> None:
    _, token = await sign_in(accounts)
    _, secret = await accounts.create_key("mine")
    for credentials in (Credentials(session=token), Credentials(bearer=secret)):
        await elsewhere.identify(credentials)
    await accounts.sign_out(token)
    await accounts.revoke_key("mine")
    for credentials in (Credentials(session=token), Credentials(bearer=secret)):
        await elsewhere.identify(credentials)  # remembered: nobody has asked
    await elsewhere.endings_after(0)
    for credentials in (Credentials(session=token), Credentials(bearer=secret)):
        with pytest.raises(Unauthenticated):
            await elsewhere.identify(credentials)


async def test_no_token_is_stored(accounts: Accounts, store: Store) -> None:
    _, token = await sign_in(accounts)
    async with store.read() as session:
        row = (await session.scalars(select(SessionRow))).one()
    assert token not in "".join(str(value) for value in vars(row).values())


async def test_a_clock_that_jumps_forward_ends_sessions_and_one_that_jumps_back_opens_none(
    store: Store, jumping: JumpingClock
) -> None:
    accounts = Accounts(store, jumping)
    _, token = await sign_in(accounts)
    jumping.jump(400 * DAY_S)
    with pytest.raises(Unauthenticated):
        await accounts.identify(Credentials(session=token))
    jumping.jump(-401 * DAY_S)
    with pytest.raises(Unauthenticated):
        await accounts.identify(Credentials(session=token))
    jumping.jump(DAY_S)
    await accounts.identify(Credentials(session=token))
