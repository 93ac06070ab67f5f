"""An installation without a provider, and settings of one that can't work."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from homespun.accounts import Accounts, OpenIdSettings, Return
from homespun.core.clock import FakeClock
from homespun.core.errors import Invalid, NotFound
from homespun.store import Store
from tests.accounts.conftest import QUICK

from .visits import HERE


async def test_without_a_provider_there_is_none(store: Store, clock: FakeClock) -> None:
    accounts = Accounts(store, clock, QUICK)
    assert accounts.openid.label is None
    with pytest.raises(NotFound):
        await accounts.openid.begin(HERE)
    with pytest.raises(NotFound):
        await accounts.openid.finish(Return(state="x", code="x", secret="x"), HERE)


@pytest.mark.parametrize(
    "changes",
    [
        {"issuer": "http://accounts.example.com"},
        {"issuer": "accounts.example.com"},
        {"issuer": "javascript:alert(1)"},
        {"issuer": "https://"},
        {"issuer": "https://a:b@accounts.example.com"},
        {"issuer": "https://accounts.example.com/" + "x" * 300},
        {"client_id": ""},
        {"client_secret": "schlüssel"},
        {"scopes": ("email",)},
    ],
    ids=str,
)
async def test_settings_that_can_not_work_are_refused_at_the_start(
    store: Store, clock: FakeClock, changes: dict[str, Any]
) -> None:
    good = OpenIdSettings(issuer="https://accounts.example.com", client_id="homespun", client_secret="x")
    assert Accounts(store, clock, QUICK, openid=good).openid.label == "accounts.example.com"
    with pytest.raises(Invalid):
        Accounts(store, clock, QUICK, openid=replace(good, **changes))
    assert "secret" not in repr(good)
