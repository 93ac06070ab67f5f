"""An installation with a provider, and browsers that go there and come back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select

from homespun.accounts import Accounts, Device, OpenIdSettings, Person, Registration, Return
from homespun.accounts.tables import OpenIdIdentityRow, PersonRow, SessionRow
from homespun.core.clock import FakeClock
from homespun.core.errors import HomespunError
from homespun.store import Store
from tests.accounts.conftest import QUICK

from .stand import visited

HERE = Device("192.0.2.1", "Phone")
WEB = "https://chat.example.com"


def house(
    store: Store, clock: FakeClock, openid: OpenIdSettings, registration: Registration = Registration.OPEN
) -> Accounts:
    settings = replace(QUICK, registration=registration, email_domains=("example.com",), web_url=f"{WEB}/")
    return Accounts(store, clock, settings, openid=openid)


async def returned(accounts: Accounts, **changes: Any) -> Return:
    """A browser that has been to the provider and back."""
    departure = await accounts.openid.begin(HERE)
    address, query = await visited(departure.url)
    assert address == f"{WEB}/api/sign-in/openid/callback"
    back = Return(
        state=query.get("state", ""),
        code=query.get("code", ""),
        error=query.get("error", ""),
        issuer=query.get("iss"),
        secret=departure.secret,
    )
    return replace(back, **changes)


async def signed_in(accounts: Accounts) -> tuple[Person, str]:
    return await accounts.openid.finish(await returned(accounts), HERE)


async def count(store: Store, row: type[Any]) -> int:
    async with store.read() as session:
        found: int = (await session.scalars(select(func.count()).select_from(row))).one()
        return found


async def require_nobody_in(accounts: Accounts, store: Store, error: type[HomespunError], **changes: Any) -> None:
    with pytest.raises(HomespunError) as raised:
        await accounts.openid.finish(await returned(accounts, **changes), HERE)
    assert type(raised.value) is error, raised.value.code
    assert await count(store, SessionRow) == await count(store, OpenIdIdentityRow) == await count(store, PersonRow) == 0
