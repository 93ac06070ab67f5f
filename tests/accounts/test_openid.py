"""Sign-in with an OpenID provider that is a process of its own: whose it is, and a provider that lies or is down."""

from __future__ import annotations

import asyncio
import logging
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from sqlalchemy import func, select

from homespun.accounts import Accounts, Device, OpenIdSettings, Person, Registration, Return
from homespun.accounts.openid.attempt import Attempt
from homespun.accounts.openid.id_token import keys_of
from homespun.accounts.sweeping import sweep
from homespun.accounts.tables import OpenIdAttemptRow, OpenIdIdentityRow, PersonRow, SessionRow
from homespun.core.clock import FakeClock
from homespun.core.errors import (
    Banned,
    EmailUnverified,
    HomespunError,
    Invalid,
    NotFound,
    ProviderRefused,
    ProviderUnavailable,
    ProviderUntrusted,
    RegistrationClosed,
    SignInStale,
    TooManyAttempts,
)
from homespun.store import Store

from .conftest import QUICK, NewPerson, person_by_session
from .openid_provider import ADA, Lies
from .openid_stand import Stand, provider, visited

HERE = Device("192.0.2.1", "Phone")
WEB = "https://chat.example.com"


@pytest.fixture(scope="module")
def running() -> Iterator[Stand]:
    with provider() as stand:
        yield stand


@pytest.fixture
def stand(running: Stand) -> Stand:
    running.behave()
    return running


@pytest.fixture
def clock() -> FakeClock:
    """The provider lives in the present."""
    return FakeClock(datetime.now(UTC))


def house(
    store: Store, clock: FakeClock, openid: OpenIdSettings, registration: Registration = Registration.OPEN
) -> Accounts:
    settings = replace(QUICK, registration=registration, email_domains=("example.com",), web_url=f"{WEB}/")
    return Accounts(store, clock, settings, openid=openid)


@pytest.fixture
def accounts(store: Store, clock: FakeClock, stand: Stand) -> Accounts:
    return house(store, clock, stand.settings())


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


async def test_a_stranger_with_nothing_does_not_get_in(accounts: Accounts) -> None:
    for back in (Return(), Return(state="x", code="x"), Return(state="x", code="x", secret="x"), Return(secret="x")):
        with pytest.raises(SignInStale):
            await accounts.openid.finish(back, HERE)


async def test_somebody_new_comes_in_and_comes_back(accounts: Accounts, store: Store) -> None:
    ada, token = await signed_in(accounts)
    assert ada.name == "Ada Lovelace"
    assert (await accounts.people.profile(ada.id)).email == "ada@example.com"
    assert await person_by_session(accounts, token) == ada
    assert (await signed_in(accounts))[0] == ada
    assert await count(store, PersonRow) == 1


async def test_the_provider_is_asked_as_the_standards_want(accounts: Accounts) -> None:
    departure = await accounts.openid.begin(HERE)
    asked = dict(parse_qsl(urlsplit(departure.url).query))
    assert asked["redirect_uri"] == f"{WEB}/api/sign-in/openid/callback"
    assert asked["scope"].split() == ["openid", "email", "profile"]
    assert len({asked["state"], asked["nonce"], asked["code_challenge"], departure.secret}) == 4
    assert all(len(asked[name]) == 43 for name in ("state", "nonce", "code_challenge"))


async def test_a_known_person_is_found_by_the_address_that_the_provider_vouches_for(
    accounts: Accounts, new_person: NewPerson
) -> None:
    ada = await new_person("Ada", email="ada@example.com")
    assert (await signed_in(accounts))[0] == ada


async def test_whoever_is_linked_stays_so_when_their_address_changes(accounts: Accounts, stand: Stand) -> None:
    ada, _ = await signed_in(accounts)
    stand.behave({"user": {"sub": "ada-1", "email": "lovelace@example.com", "email_verified": False}})
    assert (await signed_in(accounts))[0] == ada
    stand.behave({"user": {**ADA, "sub": "ada-2", "email": "lovelace@example.com"}})
    assert (await signed_in(accounts))[0] != ada


async def test_the_same_subject_at_another_provider_is_somebody_else(
    store: Store, clock: FakeClock, accounts: Accounts
) -> None:
    ada, _ = await signed_in(accounts)
    with provider() as other:
        other.behave({"user": {**ADA, "email": "other@example.com"}})
        assert (await signed_in(house(store, clock, other.settings())))[0] != ada


@pytest.mark.parametrize(
    ("registration", "email", "error"),
    [
        (Registration.CLOSED, "ada@example.com", RegistrationClosed),
        (Registration.INVITATION, "ada@example.com", RegistrationClosed),
        (Registration.LISTED, "ada@elsewhere.org", RegistrationClosed),
        (Registration.LISTED, "ada@sub.example.com", RegistrationClosed),
        (Registration.LISTED, "ada@example.com", None),
        (Registration.OPEN, "ada@elsewhere.org", None),
    ],
)
async def test_who_may_join_is_decided_by_the_policy(
    store: Store, clock: FakeClock, stand: Stand, registration: Registration, email: str, error: Any
) -> None:
    accounts = house(store, clock, stand.settings(), registration)
    stand.behave({"user": {**ADA, "email": email}})
    if error:
        await require_nobody_in(accounts, store, error)
    else:
        assert (await signed_in(accounts))[0].name == "Ada Lovelace"


@pytest.mark.parametrize(
    "user",
    [
        {"sub": "eve", "email": "ada@example.com"},
        {"sub": "eve", "email": "ada@example.com", "email_verified": False},
        {"sub": "eve", "email": "ada@example.com", "email_verified": "false"},
        {"sub": "eve", "email": "ada@example.com", "email_verified": 1},
        {"sub": "eve", "email": ["ada@example.com"], "email_verified": True},
        {"sub": "eve", "email": "ada@example.com\r\nBcc: x@y", "email_verified": True},
        {"sub": "eve", "email": "+8613800138000", "email_verified": True},
        {"sub": "eve", "email": None, "email_verified": True},
        {"sub": "eve"},
    ],
)
async def test_an_address_that_nobody_vouches_for_is_no_proof(
    accounts: Accounts, store: Store, stand: Stand, new_person: NewPerson, user: dict[str, Any]
) -> None:
    await new_person("Ada", email="ada@example.com")
    stand.behave({"user": user})
    with pytest.raises(EmailUnverified):
        await signed_in(accounts)
    assert await count(store, SessionRow) == await count(store, OpenIdIdentityRow) == 0


async def test_what_the_id_token_leaves_out_is_asked_for(accounts: Accounts, stand: Stand) -> None:
    stand.behave({"told_later": True})
    assert (await signed_in(accounts))[0].name == "Ada Lovelace"


@pytest.mark.parametrize(
    ("lies", "error"),
    [
        ({"told_later": True, "userinfo": {"sub": "somebody-else"}}, ProviderUntrusted),
        ({"told_later": True, "userinfo": {"email_verified": False}}, EmailUnverified),
        ({"told_later": True, "metadata": {"userinfo_endpoint": ""}}, EmailUnverified),
    ],
)
async def test_what_is_told_of_somebody_else_or_not_at_all_is_no_proof(
    accounts: Accounts, stand: Stand, store: Store, lies: Lies, error: type[HomespunError]
) -> None:
    stand.behave(lies)
    await require_nobody_in(accounts, store, error)


async def test_the_banned_stay_out_and_the_removed_are_forgotten(accounts: Accounts, store: Store) -> None:
    owner = await accounts.ensure_owner()
    ada, _ = await signed_in(accounts)
    await accounts.people.ban(owner, ada.id)
    with pytest.raises(Banned):
        await signed_in(accounts)
    await accounts.people.remove(owner, ada.id)
    assert await count(store, OpenIdIdentityRow) == 0
    assert (await signed_in(accounts))[0] != ada


async def test_a_banned_person_gets_no_new_identity(accounts: Accounts, store: Store, new_person: NewPerson) -> None:
    ada = await new_person("Ada", email="ada@example.com")
    await accounts.people.ban(await accounts.ensure_owner(), ada.id)
    with pytest.raises(Banned):
        await signed_in(accounts)
    assert await count(store, OpenIdIdentityRow) == 0


@pytest.mark.parametrize("name", ["", " \n ", "x" * 5000, "A\u0000da\r\nBcc: x", "\u202eAda", 5, None])
async def test_a_strange_name_is_no_hindrance(accounts: Accounts, stand: Stand, name: object) -> None:
    stand.behave({"user": {**ADA, "name": name}})
    ada, _ = await signed_in(accounts)
    assert 1 <= len(ada.name) <= 100
    assert ada.name.isprintable()


async def test_of_two_who_come_for_the_first_time_at_once_one_person_comes(accounts: Accounts, store: Store) -> None:
    backs = [await returned(accounts) for _ in range(2)]
    people = [person for person, _ in await asyncio.gather(*(accounts.openid.finish(back, HERE) for back in backs))]
    assert people[0] == people[1]
    assert await count(store, OpenIdIdentityRow) == 1


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
