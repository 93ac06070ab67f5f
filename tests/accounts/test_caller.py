"""Who is calling, by what they sent, and what follows from it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from homespun.accounts import Accounts, ApiKey, Caller, Credentials, Person, Role, Scope
from homespun.core.errors import ModelRefused, Refused, ScopeMissing, Unauthenticated

ADA = Person("person_ada", "Ada", Role.MEMBER)
OWNER = Person("person_owner", "Owner", Role.OWNER)


def a_key(*scopes: Scope, models: tuple[str, ...] = ()) -> ApiKey:
    made = datetime(2026, 1, 1, tzinfo=UTC)
    return ApiKey("key_1", ADA.id, "ci", "sk-homespun-abc", made, None, None, frozenset(scopes), models)


async def test_nobody_is_anonymous(accounts: Accounts) -> None:
    with pytest.raises(Unauthenticated):
        await accounts.identify(Credentials())


async def test_a_stranger_is_nobody(accounts: Accounts) -> None:
    for credentials in (Credentials(bearer="sk-homespun-stranger"), Credentials(session="stranger")):
        with pytest.raises(Unauthenticated):
            await accounts.identify(credentials)


async def test_a_key_says_who_calls_and_which_key_it_is(accounts: Accounts) -> None:
    key, secret = await accounts.create_key("mine")
    caller = await accounts.identify(Credentials(bearer=secret))
    assert caller.person == await accounts.ensure_owner()
    assert caller.key is not None
    assert caller.key.id == key.id


async def test_a_session_says_who_calls(accounts: Accounts) -> None:
    person, session = await accounts.sign_in(await accounts.make_sign_in_link_token())
    caller = await accounts.identify(Credentials(session=session))
    assert (caller.person, caller.key) == (person, None)


async def test_a_bad_key_beside_a_good_session_is_not_overlooked(accounts: Accounts) -> None:
    _, session = await accounts.sign_in(await accounts.make_sign_in_link_token())
    with pytest.raises(Unauthenticated):
        await accounts.identify(Credentials(bearer="sk-homespun-wrong", session=session))


def test_secrets_are_not_shown_where_credentials_are_printed() -> None:
    assert "hush" not in repr(Credentials(bearer="hush", session="hush"))


def test_the_person_pays_unless_the_team_does() -> None:
    assert Caller(ADA).payer_id == ADA.id
    assert Caller(ADA, team_id="team_1").payer_id == ADA.id
    assert Caller(ADA, team_id="team_1", team_pays=True).payer_id == "team_1"


def test_a_caller_ends_with_any_of_what_it_rests_on() -> None:
    assert set(Caller(ADA, session_id="session_1").subjects) == {ADA.id, "session_1"}
    assert set(Caller(ADA, a_key(), None, "team_1", "project_1").subjects) == {
        ADA.id,
        "key_1",
        "team_1",
        "project_1",
        "team_1:person_ada",
    }
    assert "person_owner:owner" in Caller(OWNER, session_id="session_1").subjects


@pytest.mark.parametrize("scope", list(Scope))
def test_a_key_is_good_for_its_scopes_alone(scope: Scope) -> None:
    Caller(OWNER, a_key(scope)).require(scope)
    with pytest.raises(ScopeMissing, match=scope.value):
        Caller(OWNER, a_key(*set(Scope) - {scope})).require(scope)


def test_no_key_makes_an_admin_of_a_member() -> None:
    with pytest.raises(Refused):
        Caller(ADA, a_key(Scope.ADMIN)).require(Scope.ADMIN)
    with pytest.raises(Refused):
        Caller(ADA, session_id="session_1").require(Scope.ADMIN)
    Caller(OWNER, session_id="session_1").require(Scope.ADMIN)


def test_a_key_asks_the_models_it_is_for() -> None:
    Caller(ADA, a_key(Scope.CHAT)).require_model("large")
    Caller(ADA, a_key(Scope.CHAT, models=("small",))).require_model("small")
    with pytest.raises(ModelRefused, match="small"):
        Caller(ADA, a_key(Scope.CHAT, models=("small",))).require_model("large")
