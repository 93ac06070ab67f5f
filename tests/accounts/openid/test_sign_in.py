"""Who comes in by way of a provider, as whom, and who doesn't."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from homespun.accounts import Accounts, Registration, Return
from homespun.accounts.tables import OpenIdIdentityRow, PersonRow, SessionRow
from homespun.core.clock import FakeClock
from homespun.core.errors import (
    Banned,
    EmailUnverified,
    HomespunError,
    ProviderUntrusted,
    RegistrationClosed,
    SignInStale,
)
from homespun.store import Store
from tests.accounts.conftest import NewPerson, person_by_session

from .provider import ADA, Lies
from .stand import Stand, provider
from .visits import HERE, WEB, count, house, require_nobody_in, returned, signed_in


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
