"""Passwords: right, wrong, too often wrong, and for nobody."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from homespun.accounts import Accounts, Credentials, Device
from homespun.accounts.tables import PersonRow
from homespun.core.clock import FakeClock
from homespun.core.errors import Banned, Invalid, SignInFailed, TooManyAttempts, Unauthenticated
from homespun.store import Store

from .conftest import QUICK, NewPerson

HERE = Device("192.0.2.1", "Phone")
GOOD = "four words are long"


async def with_password(accounts: Accounts, new_person: NewPerson, email: str = "ada@example.com") -> str:
    person = await new_person(email=email)
    await accounts.passwords.set(person.id, GOOD, device=HERE, kept_session_id=None)
    return person.id


@pytest.mark.parametrize("login", ["", "stranger@example.com", "no address", "half \ud83d", "nul \0", "' OR 1=1 --"])
async def test_a_stranger_does_not_get_in(accounts: Accounts, new_person: NewPerson, login: str) -> None:
    await with_password(accounts, new_person)
    with pytest.raises(SignInFailed):
        await accounts.passwords.sign_in(login, GOOD, HERE)


async def test_the_right_password_signs_in(accounts: Accounts, new_person: NewPerson) -> None:
    person_id = await with_password(accounts, new_person)
    person, token = await accounts.passwords.sign_in(" ADA@example.com", GOOD, HERE)
    caller = await accounts.identify(Credentials(session=token))
    assert person.id == caller.person.id == person_id


async def test_the_same_is_said_of_a_wrong_password_and_of_nobody(accounts: Accounts, new_person: NewPerson) -> None:
    await with_password(accounts, new_person)
    await new_person("Bob", email="bob@example.com")  # who has no password
    said = set()
    for login in ("ada@example.com", "bob@example.com", "stranger@example.com", "+8613800138000", "rubbish"):
        with pytest.raises(SignInFailed) as caught:
            await accounts.passwords.sign_in(login, "a wrong one", HERE)
        said.add(caught.value.message)
    assert len(said) == 1


async def test_the_same_work_is_done_for_nobody(
    accounts: Accounts, new_person: NewPerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    await with_password(accounts, new_person)
    checked = []
    verify = PasswordHasher.verify

    def counted(self: PasswordHasher, stored: str, given: str) -> bool:
        checked.append(stored.split("$")[1:4])
        return verify(self, stored, given)

    monkeypatch.setattr(PasswordHasher, "verify", counted)
    for login in ("ada@example.com", "stranger@example.com", "rubbish"):
        with pytest.raises(SignInFailed):
            await accounts.passwords.sign_in(login, "a wrong one", HERE)
    assert len(checked) == 3
    assert checked[0] == checked[1] == checked[2]


async def test_what_is_stored_is_argon2id_and_not_the_password(
    accounts: Accounts, new_person: NewPerson, store: Store
) -> None:
    await with_password(accounts, new_person)
    async with store.read() as session:
        stored = await session.scalar(select(PersonRow.password_hash))
    assert stored is not None
    assert stored.startswith("$argon2id$")
    assert GOOD not in stored


async def test_a_hash_with_old_parameters_is_renewed(
    accounts: Accounts, new_person: NewPerson, store: Store, clock: FakeClock
) -> None:
    await with_password(accounts, new_person)
    stronger = Accounts(store, clock, replace(QUICK, password_passes=2))
    await stronger.passwords.sign_in("ada@example.com", GOOD, HERE)
    async with store.read() as session:
        stored = await session.scalar(select(PersonRow.password_hash))
    assert stored is not None
    assert "t=2" in stored
    await stronger.passwords.sign_in("ada@example.com", GOOD, HERE)


async def test_ten_wrong_passwords_close_the_account_for_a_quarter_of_an_hour(
    accounts: Accounts, elsewhere: Accounts, new_person: NewPerson, clock: FakeClock
) -> None:
    await with_password(accounts, new_person)
    for attempt in range(10):
        with pytest.raises(SignInFailed):
            await (accounts if attempt % 2 else elsewhere).passwords.sign_in("ada@example.com", "a wrong one", HERE)
    with pytest.raises(TooManyAttempts, match="15 minutes") as caught:
        await accounts.passwords.sign_in("Ada@Example.com", GOOD, Device("198.51.100.7"))
    assert caught.value.retry_after_s == 15 * 60
    clock.advance(15 * 60)
    await accounts.passwords.sign_in("ada@example.com", GOOD, HERE)


async def test_nobody_is_closed_just_as_somebody(accounts: Accounts) -> None:
    for _ in range(10):
        with pytest.raises(SignInFailed):
            await accounts.passwords.sign_in("stranger@example.com", "a wrong one", HERE)
    with pytest.raises(TooManyAttempts):
        await accounts.passwords.sign_in("stranger@example.com", "a wrong one", HERE)


async def test_many_at_once_are_no_way_round(accounts: Accounts, elsewhere: Accounts, new_person: NewPerson) -> None:
    await with_password(accounts, new_person)
    attempts = [
        who.passwords.sign_in("ada@example.com", "wrong", HERE) for who in (accounts, elsewhere) for _ in range(12)
    ]
    outcomes = await asyncio.gather(*attempts, return_exceptions=True)
    assert sum(isinstance(outcome, SignInFailed) for outcome in outcomes) == 10
    assert sum(isinstance(outcome, TooManyAttempts) for outcome in outcomes) == 14


async def test_one_address_can_not_try_one_account_after_the_other(accounts: Accounts, new_person: NewPerson) -> None:
    await with_password(accounts, new_person)
    for number in range(50):
        if number % 10 == 0:  # one's own password in between helps nothing
            await accounts.passwords.sign_in("ada@example.com", GOOD, HERE)
        with pytest.raises(SignInFailed):
            await accounts.passwords.sign_in(f"person{number}@example.com", "a wrong one", HERE)
    with pytest.raises(TooManyAttempts):
        await accounts.passwords.sign_in("ada@example.com", GOOD, HERE)
    await accounts.passwords.sign_in("ada@example.com", GOOD, Device("198.51.100.7"))


async def test_success_begins_the_count_anew(accounts: Accounts, new_person: NewPerson) -> None:
    await with_password(accounts, new_person)
    for _ in range(2):
        for _ in range(9):
            with pytest.raises(SignInFailed):
                await accounts.passwords.sign_in("ada@example.com", "a wrong one", HERE)
        await accounts.passwords.sign_in("ada@example.com", GOOD, HERE)


async def test_a_banned_person_is_told_so_once_they_have_proved_who_they_are(
    accounts: Accounts, new_person: NewPerson
) -> None:
    person_id = await with_password(accounts, new_person)
    await accounts.people.ban(await accounts.ensure_owner(), person_id)
    with pytest.raises(SignInFailed):
        await accounts.passwords.sign_in("ada@example.com", "a wrong one", HERE)
    with pytest.raises(Banned):
        await accounts.passwords.sign_in("ada@example.com", GOOD, HERE)


@pytest.mark.parametrize("password", ["", "short", "x" * 1001, "half \ud83d of it", "nul \0 in it"])
async def test_a_bad_password_is_not_taken(accounts: Accounts, new_person: NewPerson, password: str) -> None:
    person = await new_person(email="ada@example.com")
    with pytest.raises(Invalid) as caught:
        await accounts.passwords.set(person.id, password, device=HERE, kept_session_id=None)
    assert caught.value.param == "password"


async def test_a_password_is_the_same_however_it_is_composed(accounts: Accounts, new_person: NewPerson) -> None:
    person = await new_person(email="ada@example.com")
    await accounts.passwords.set(person.id, "cafe\u0301 au lait", device=HERE, kept_session_id=None)
    await accounts.passwords.sign_in("ada@example.com", "caf\u00e9 au lait", HERE)


async def test_another_password_takes_the_old_one_and_ends_the_other_sessions(
    accounts: Accounts, new_person: NewPerson
) -> None:
    person_id = await with_password(accounts, new_person)
    (_, kept), (_, other) = [await accounts.passwords.sign_in("ada@example.com", GOOD, HERE) for _ in range(2)]
    here = await accounts.identify(Credentials(session=kept))
    with pytest.raises(SignInFailed):
        await accounts.passwords.set(person_id, "another long one", old="wrong", device=HERE, kept_session_id=None)
    await accounts.passwords.set(person_id, "another long one", old=GOOD, device=HERE, kept_session_id=here.session_id)
    await accounts.identify(Credentials(session=kept))
    with pytest.raises(Unauthenticated):
        await accounts.identify(Credentials(session=other))
    with pytest.raises(SignInFailed):
        await accounts.passwords.sign_in("ada@example.com", GOOD, HERE)
    await accounts.passwords.sign_in("ada@example.com", "another long one", HERE)
