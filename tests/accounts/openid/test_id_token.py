"""A provider that lies about who came."""

from __future__ import annotations

from base64 import urlsafe_b64encode

import pytest

from homespun.accounts import Accounts
from homespun.accounts.openid.id_token import keys_of
from homespun.core.errors import ProviderUntrusted
from homespun.store import Store

from .provider import Lies
from .stand import Stand
from .visits import require_nobody_in, signed_in

LONG_AGO, AHEAD = 1_000_000_000, 9_000_000_000


@pytest.mark.parametrize(
    "lies",
    [
        {"claims": {"nonce": "another"}},
        {"claims": {"nonce": None}},
        {"claims": {"nonce": ["another"]}},
        {"claims": {"aud": "somebody-else"}},
        {"claims": {"aud": ["homespun", "somebody-else"]}},
        {"claims": {"aud": ["homespun", "somebody-else"], "azp": "somebody-else"}},
        {"claims": {"azp": "somebody-else"}},
        {"claims": {"aud": None}},
        {"claims": {"aud": []}},
        {"claims": {"iss": "https://accounts.example.com"}},
        {"claims": {"iss": None}},
        {"claims": {"exp": LONG_AGO}},
        {"claims": {"exp": None}},
        {"claims": {"exp": "never"}},
        {"claims": {"exp": True}},
        {"claims": {"iat": AHEAD}},
        {"claims": {"nbf": AHEAD}},
        {"claims": {"iat": None}},
        {"claims": {"sub": None}},
        {"claims": {"sub": ""}},
        {"claims": {"sub": 5}},
        {"claims": {"sub": "x" * 256}},
        {"claims": {"sub": "nul \0"}},
        {"claims": {"sub": "h\u00e4lf \ud83d"}},
        {"claims": {"at_hash": "of-another-token"}},
        {"signed": "stranger"},
        {"signed": "unpublished"},
        {"signed": "none"},
        {"signed": "public"},
        {"header": {"kid": 5}},
        {"header": {"crit": ["exp"]}},
        {"id_token": "rubbish"},
        {"id_token": "a.b.c"},
        {"id_token": "e30.e30."},
        {"id_token": "bnVsbA.bnVsbA.bnVsbA"},
        {"id_token": "eyJhbGciOltdfQ.e30.e30"},
        {"id_token": "é.ü.x"},
        {"keys": []},
        {"keys": [5, None, {"kty": "RSA"}, {"kty": "RSA", "n": "AQAB", "e": "AQAB"}, {"kty": "oct", "k": "c2VjcmV0"}]},
        {"sent_back": {"iss": "https://accounts.example.com"}},
        {"sent_back": {"iss": None}},
        {"sent_back": {"iss": ""}},
        {"sent_back": {"code": None}},
    ],
    ids=str,
)
async def test_a_provider_that_lies_is_not_believed(
    accounts: Accounts, store: Store, stand: Stand, caplog: pytest.LogCaptureFixture, lies: Lies
) -> None:
    stand.behave(lies)
    await require_nobody_in(accounts, store, ProviderUntrusted)
    assert "isn't believed" in caplog.text


@pytest.mark.parametrize(
    ("bits", "is_taken"), [(512, False), (1024, False), (2048, True), (8192, True), (16384, False)]
)
def test_keys_that_are_too_short_or_too_long_are_not_taken(bits: int, is_taken: bool) -> None:
    modulus = urlsafe_b64encode(((1 << bits) - 1).to_bytes(bits // 8)).rstrip(b"=").decode()
    assert bool(keys_of([{"kty": "RSA", "n": modulus, "e": "AQAB"}])) is is_taken


async def test_a_token_for_several_audiences_says_that_we_asked_for_it(accounts: Accounts, stand: Stand) -> None:
    stand.behave({"claims": {"aud": ["homespun", "api"], "azp": "homespun"}})
    await signed_in(accounts)
