"""What has expired goes, what is good stays."""

from __future__ import annotations

import asyncio

from sqlalchemy import func, select

from homespun.accounts import Accounts, Channel, Credentials, Device
from homespun.accounts.sweeping import sweep
from homespun.accounts.tables import EndingRow, SessionRow, SignInCodeRow, SignInLinkRow, ThrottleRow
from homespun.core.clock import FakeClock
from homespun.store import Store

from .conftest import QUICK
from .outbox import Outbox

DAY_S = 24 * 3_600
KINDS = (SessionRow, SignInLinkRow, SignInCodeRow, ThrottleRow, EndingRow)


async def counts(store: Store) -> list[int]:
    async with store.read() as session:
        return [await session.scalar(select(func.count()).select_from(kind)) or 0 for kind in KINDS]


async def leave_traces(accounts: Accounts) -> str:
    _, ended = await accounts.sign_in(await accounts.make_sign_in_link_token())
    await accounts.sign_out(ended)
    await accounts.codes.request("stranger@example.com", Device())
    _, token = await accounts.sign_in(await accounts.make_sign_in_link_token())
    return token


async def test_what_has_been_over_for_a_day_is_deleted(store: Store, clock: FakeClock) -> None:
    accounts = Accounts(store, clock, QUICK, {Channel.EMAIL: Outbox()})
    token = await leave_traces(accounts)
    before = await counts(store)
    assert all(before)
    await sweep(store, clock.now())
    assert await counts(store) == before
    clock.advance(2 * DAY_S + 1)
    await sweep(store, clock.now())
    assert await counts(store) == [1, 0, 0, 0, 1], "the latest ending stays"
    await accounts.identify(Credentials(session=token))
    clock.advance(32 * DAY_S)
    await sweep(store, clock.now())
    assert await counts(store) == [0, 0, 0, 0, 1]


async def test_endings_are_noticed_after_all_of_them_were_swept(store: Store, clock: FakeClock) -> None:
    accounts = Accounts(store, clock, QUICK, {Channel.EMAIL: Outbox()})
    await accounts.end("turn_1")
    number, _ = await accounts.endings_after(0)
    clock.advance(2 * DAY_S)
    await sweep(store, clock.now())
    await accounts.end("turn_2")
    assert (await accounts.endings_after(number))[1] == {"turn_2"}


async def test_a_server_sweeps_by_itself(store: Store, clock: FakeClock) -> None:
    accounts = Accounts(store, clock, QUICK, {Channel.EMAIL: Outbox()})
    await leave_traces(accounts)
    clock.advance(40 * DAY_S)
    async with accounts.tended():
        while await counts(store) != [0, 0, 0, 0, 1]:
            await asyncio.sleep(0.01)
