"""A provider that lies about itself, talks nonsense, is slow, down, or says no; and how often it is asked."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest

from homespun.accounts import Accounts
from homespun.accounts.tables import OpenIdAttemptRow
from homespun.core.clock import FakeClock
from homespun.core.errors import ProviderRefused, ProviderUnavailable, ProviderUntrusted
from homespun.store import Store

from .provider import Lies
from .stand import Stand, provider
from .visits import HERE, count, house, require_nobody_in, returned, signed_in


@pytest.mark.parametrize(
    "lies",
    [
        {"metadata": {"issuer": "https://accounts.example.com"}},
        {"metadata": {"issuer": None}},
        {"metadata": {"authorization_endpoint": "javascript:alert(1)"}},
        {"metadata": {"authorization_endpoint": "http://accounts.example.com/"}},
        {"metadata": {"token_endpoint": "http://accounts.example.com/token"}},
        {"metadata": {"token_endpoint": ""}},
        {"metadata": {"jwks_uri": "file:///etc/passwd"}},
        {"metadata": {"jwks_uri": "http://169.254.169.254/"}},
        {"metadata": {"userinfo_endpoint": "http://user:word@127.0.0.1/"}},
        {"raw": {"/.well-known/openid-configuration": {"status": 500}}},
        {"raw": {"/.well-known/openid-configuration": {"status": 404}}},
        {"raw": {"/.well-known/openid-configuration": {"body": "<html>"}}},
        {"raw": {"/.well-known/openid-configuration": {"body": "[" * 100_000}}},
        {"raw": {"/.well-known/openid-configuration": {"body": "null"}}},
        {"raw": {"/.well-known/openid-configuration": {"status": 302, "headers": {"location": "/elsewhere"}}}},
    ],
    ids=lambda lies: str(lies)[:60],
)
async def test_a_provider_that_talks_nonsense_of_itself_is_not_gone_to(
    accounts: Accounts, store: Store, stand: Stand, lies: Lies
) -> None:
    stand.behave(lies)
    with pytest.raises(ProviderUnavailable):
        await accounts.openid.begin(HERE)
    assert await count(store, OpenIdAttemptRow) == 0


@pytest.mark.parametrize("path", ["/token", "/keys", "/userinfo"])
@pytest.mark.parametrize(
    "raw",
    [
        {"status": 500},
        {"body": "<html>"},
        {"body": "5"},
        {"body": "{}", "headers": {"content-encoding": "gzip"}},
        {"status": 307, "headers": {"location": "http://127.0.0.1:9/"}},
    ],
    ids=str,
)
async def test_nonsense_in_the_middle_lets_nobody_in(
    accounts: Accounts, store: Store, stand: Stand, path: str, raw: Any
) -> None:
    stand.behave({"told_later": True, "raw": {path: raw}})
    await require_nobody_in(accounts, store, ProviderUnavailable)


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/token", "/keys", "/userinfo"])
async def test_a_huge_answer_is_not_read_to_its_end(
    accounts: Accounts, store: Store, stand: Stand, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    stand.behave({"told_later": True, "raw": {path: {"size": 50 << 20}}})
    await require_nobody_in(accounts, store, ProviderUnavailable)
    assert f"{path} answered more than 256 KiB" in caplog.text


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/token", "/keys"])
async def test_a_slow_provider_is_not_waited_for(store: Store, clock: FakeClock, stand: Stand, path: str) -> None:
    """It drips, a byte at a time, so that it never is silent."""
    accounts = house(store, clock, stand.settings(timeout_s=0.3))
    stand.behave({"raw": {path: {"body": "{" + " " * 1000 + "}", "drip_s": 0.05}}})
    await require_nobody_in(accounts, store, ProviderUnavailable)


async def test_a_provider_that_is_down_is_not_asked_by_everybody(store: Store, clock: FakeClock) -> None:
    with provider() as stand:
        settings = stand.settings()
        accounts = house(store, clock, settings)
        back = await returned(accounts)
    with pytest.raises(ProviderUnavailable):
        await accounts.openid.finish(back, HERE)
    with pytest.raises(ProviderUnavailable):
        await house(store, clock, settings).openid.begin(HERE)


async def test_after_a_failure_nobody_asks_again_for_some_seconds(
    accounts: Accounts, clock: FakeClock, stand: Stand
) -> None:
    discovery = "/.well-known/openid-configuration"
    stand.behave({"raw": {discovery: {"status": 503}}})
    outcomes = await asyncio.gather(*(accounts.openid.begin(HERE) for _ in range(5)), return_exceptions=True)
    assert all(isinstance(outcome, ProviderUnavailable) for outcome in outcomes)
    assert stand.asked(discovery) == 1
    stand.behave()
    clock.advance(5)
    await accounts.openid.begin(HERE)


@pytest.mark.parametrize("error", ["access_denied", "<script>alert(1)</script>", "x" * 5000, "\r\nset-cookie: a=b"])
async def test_a_provider_that_says_no_is_taken_at_its_word(
    accounts: Accounts, store: Store, stand: Stand, caplog: pytest.LogCaptureFixture, error: str
) -> None:
    caplog.set_level(logging.INFO)
    stand.behave({"sent_back": {"error": error, "code": None}})
    await require_nobody_in(accounts, store, ProviderRefused)
    assert max(map(len, caplog.text.splitlines())) < 500


async def test_a_new_key_is_fetched_at_once_but_not_more_than_once_a_minute(
    accounts: Accounts, clock: FakeClock, stand: Stand, store: Store
) -> None:
    await signed_in(accounts)
    assert (stand.asked("/keys"), stand.asked("/.well-known/openid-configuration")) == (1, 1)
    stand.rotate()
    clock.advance(60)
    await signed_in(accounts)
    assert stand.asked("/keys") == 2
    stand.behave({"signed": "unpublished"})
    for _ in range(3):
        with pytest.raises(ProviderUntrusted):
            await signed_in(accounts)
    assert stand.asked("/keys") == 0
    clock.advance(60)
    for _ in range(3):
        with pytest.raises(ProviderUntrusted):
            await signed_in(accounts)
    assert stand.asked("/keys") == 1


async def test_what_the_provider_says_of_itself_is_asked_for_every_hour(
    accounts: Accounts, clock: FakeClock, stand: Stand
) -> None:
    await accounts.openid.begin(HERE)
    await accounts.openid.begin(HERE)
    assert stand.asked("/.well-known/openid-configuration") == 1
    clock.advance(3600)
    await accounts.openid.begin(HERE)
    assert stand.asked("/.well-known/openid-configuration") == 2
