"""One-time codes: right, wrong, late, replayed, guessed, and for people who aren't there."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import select

from homespun.accounts import Accounts, Channel, Credentials, Device, Registration, Role
from homespun.accounts.tables import SignInCodeRow
from homespun.core.clock import FakeClock
from homespun.core.errors import (
    Banned,
    Conflict,
    Invalid,
    Refused,
    RegistrationClosed,
    SignInFailed,
    TooManyAttempts,
)
from homespun.store import Store

from .conftest import QUICK, JumpingClock, NewPerson
from .outbox import Outbox

HERE = Device("192.0.2.1", "Phone")
ADA = "ada@example.com"
PHONE = "+8613800138000"


@pytest.fixture
def outbox() -> Outbox:
    return Outbox()


def house(store: Store, clock: FakeClock, outbox: Outbox, registration: Registration = Registration.CLOSED) -> Accounts:
    settings = replace(
        QUICK, registration=registration, email_domains=("example.com",), phone_prefixes=("+86",), codes_per_hour=5
    )
    return Accounts(store, clock, settings, {Channel.EMAIL: outbox, Channel.PHONE: outbox})


@pytest.fixture
def accounts(store: Store, clock: FakeClock, outbox: Outbox) -> Accounts:
    return house(store, clock, outbox)


async def code_for(accounts: Accounts, outbox: Outbox, to: str = ADA) -> str:
    await accounts.codes.request(to, HERE)
    await accounts.courier.settle()
    return outbox.last_code


def another(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06}"


@pytest.mark.parametrize("code", ["", "000000", "half \ud83d", "nul \0", "' OR 1=1 --", "x" * 10_000])
async def test_a_stranger_does_not_get_in(accounts: Accounts, new_person: NewPerson, code: str) -> None:
    await new_person(email=ADA)
    with pytest.raises(SignInFailed):
        await accounts.codes.sign_in(ADA, code, HERE)


async def test_a_code_signs_in_once(accounts: Accounts, new_person: NewPerson, outbox: Outbox) -> None:
    ada = await new_person(email=ADA)
    code = await code_for(accounts, outbox, "Ada@Example.com ")
    person, token = await accounts.codes.sign_in(ADA, f" {code} ", HERE)
    assert person == ada
    assert (await accounts.identify(Credentials(session=token))).person == ada
    with pytest.raises(SignInFailed):
        await accounts.codes.sign_in(ADA, code, HERE)


async def test_of_many_who_use_a_code_at_once_one_gets_in(
    accounts: Accounts, new_person: NewPerson, outbox: Outbox
) -> None:
    await new_person(email=ADA)
    code = await code_for(accounts, outbox)
    attempts = [accounts.codes.sign_in(ADA, code, HERE) for _ in range(5)]
    outcomes = await asyncio.gather(*attempts, return_exceptions=True)
    assert sum(isinstance(outcome, tuple) for outcome in outcomes) == 1


async def test_a_code_is_good_for_ten_minutes(
    accounts: Accounts, new_person: NewPerson, outbox: Outbox, clock: FakeClock
) -> None:
    await new_person(email=ADA)
    code = await code_for(accounts, outbox)
    clock.advance(600)
    with pytest.raises(SignInFailed):
        await accounts.codes.sign_in(ADA, code, HERE)


async def test_the_fifth_wrong_try_uses_a_code_up(accounts: Accounts, new_person: NewPerson, outbox: Outbox) -> None:
    await new_person(email=ADA)
    code = await code_for(accounts, outbox)
    for _ in range(5):
        with pytest.raises(SignInFailed):
            await accounts.codes.sign_in(ADA, another(code), HERE)
    with pytest.raises(SignInFailed):
        await accounts.codes.sign_in(ADA, code, HERE)


async def test_guesses_at_once_count_each(accounts: Accounts, new_person: NewPerson, outbox: Outbox) -> None:
    await new_person(email=ADA)
    code = await code_for(accounts, outbox)
    guesses = [accounts.codes.sign_in(ADA, another(code), HERE) for _ in range(6)]
    await asyncio.gather(*guesses, return_exceptions=True)
    with pytest.raises(SignInFailed):
        await accounts.codes.sign_in(ADA, code, HERE)


async def test_new_codes_give_no_more_than_so_many_guesses(
    accounts: Accounts, new_person: NewPerson, outbox: Outbox
) -> None:
    await new_person(email=ADA)
    for _ in range(2):
        code = await code_for(accounts, outbox)
        for _ in range(5):
            with pytest.raises(SignInFailed):
                await accounts.codes.sign_in(ADA, another(code), HERE)
    code = await code_for(accounts, outbox)
    with pytest.raises(TooManyAttempts):
        await accounts.codes.sign_in(ADA, code, Device("198.51.100.7"))


async def test_a_newer_code_takes_the_place_of_the_older(
    accounts: Accounts, new_person: NewPerson, outbox: Outbox
) -> None:
    await new_person(email=ADA)
    older = await code_for(accounts, outbox)
    newer = await code_for(accounts, outbox)
    if older != newer:
        with pytest.raises(SignInFailed):
            await accounts.codes.sign_in(ADA, older, HERE)
    await accounts.codes.sign_in(ADA, newer, HERE)


async def test_a_code_is_for_one_address(accounts: Accounts, new_person: NewPerson, outbox: Outbox) -> None:
    await new_person("Ada", email=ADA)
    await new_person("Bob", email="bob@example.com")
    code = await code_for(accounts, outbox)
    await code_for(accounts, outbox, "bob@example.com")
    if outbox.last_code != code:
        with pytest.raises(SignInFailed):
            await accounts.codes.sign_in("bob@example.com", code, HERE)


async def test_five_codes_an_hour_are_sent_to_one_address(
    accounts: Accounts, new_person: NewPerson, outbox: Outbox, clock: FakeClock
) -> None:
    await new_person(email=ADA)
    for _ in range(5):
        await code_for(accounts, outbox)
    for to in (ADA, "ADA@example.com"):
        with pytest.raises(TooManyAttempts):
            await accounts.codes.request(to, Device("198.51.100.7"))
    assert len(outbox.messages) == 5
    clock.advance(3600)
    await code_for(accounts, outbox)


async def test_one_client_can_not_have_codes_sent_to_everybody(accounts: Accounts) -> None:
    for number in range(20):
        await accounts.codes.request(f"person{number}@example.com", HERE)
    with pytest.raises(TooManyAttempts):
        await accounts.codes.request("one.more@example.com", HERE)


async def test_the_same_is_answered_for_nobody_but_nothing_is_sent(accounts: Accounts, outbox: Outbox) -> None:
    for _ in range(5):
        await accounts.codes.request("stranger@example.com", HERE)
    await accounts.courier.settle()
    assert outbox.messages == []
    with pytest.raises(TooManyAttempts):
        await accounts.codes.request("stranger@example.com", HERE)
    with pytest.raises(SignInFailed):
        await accounts.codes.sign_in("stranger@example.com", "000000", HERE)


async def test_nothing_is_sent_to_the_banned_and_the_removed(
    accounts: Accounts, new_person: NewPerson, outbox: Outbox
) -> None:
    owner, ada = await accounts.ensure_owner(), await new_person(email=ADA)
    code = await code_for(accounts, outbox)
    await accounts.people.ban(owner, ada.id)
    with pytest.raises(Banned):
        await accounts.codes.sign_in(ADA, code, HERE)
    await accounts.codes.request(ADA, HERE)
    await accounts.people.remove(owner, ada.id)
    await accounts.codes.request(ADA, HERE)
    await accounts.courier.settle()
    assert len(outbox.messages) == 1


async def test_what_is_no_address_is_refused(accounts: Accounts) -> None:
    for to in ("", "rubbish", "a@b\r\nBcc: c@d", "12345", "half \ud83d"):
        with pytest.raises(Invalid):
            await accounts.codes.request(to, HERE)
        with pytest.raises(Invalid):
            await accounts.codes.sign_in(to, "000000", HERE)


async def test_where_no_mail_is_sent_nobody_waits_for_it(store: Store, clock: FakeClock) -> None:
    with pytest.raises(Refused):
        await Accounts(store, clock, QUICK).codes.request(ADA, HERE)


async def test_the_code_is_not_stored(accounts: Accounts, new_person: NewPerson, outbox: Outbox, store: Store) -> None:
    await new_person(email=ADA)
    code = await code_for(accounts, outbox)
    async with store.read() as session:
        row = (await session.scalars(select(SignInCodeRow))).one()
    assert code not in (row.digest, row.id)
    assert len(row.digest) == 64


async def test_a_message_that_can_not_be_sent_is_no_news_to_the_client(
    store: Store, clock: FakeClock, new_person: NewPerson, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken:
        async def send(self, message: object) -> None:
            raise OSError("the mail server is down")

    await new_person(email=ADA)
    accounts = Accounts(store, clock, QUICK, {Channel.EMAIL: Broken()})
    await accounts.codes.request(ADA, HERE)
    await accounts.courier.settle()
    assert "could not be sent" in caplog.text
    assert ADA not in caplog.text


@pytest.mark.parametrize(
    ("registration", "to", "may"),
    [
        (Registration.CLOSED, "new@example.com", False),
        (Registration.INVITATION, "new@example.com", False),
        (Registration.LISTED, "new@example.com", True),
        (Registration.LISTED, "new@sub.example.com", False),
        (Registration.LISTED, "new@notexample.com", False),
        (Registration.LISTED, "example.com@evil.org", False),
        (Registration.LISTED, "+86 138 0013 8000", True),
        (Registration.LISTED, "+1 212 555 0100", False),
        (Registration.OPEN, "new@anywhere.org", True),
        (Registration.OPEN, "+1 212 555 0100", True),
    ],
)
async def test_who_may_join_by_a_code(
    store: Store, clock: FakeClock, outbox: Outbox, registration: Registration, to: str, may: bool
) -> None:
    accounts = house(store, clock, outbox, registration)
    await accounts.codes.request(to, HERE)
    await accounts.courier.settle()
    assert len(outbox.messages) == may
    if may:
        person, _ = await accounts.codes.sign_in(to, outbox.last_code, HERE)
        assert person.role is Role.MEMBER
        again = await code_for(accounts, outbox, to)
        assert (await accounts.codes.sign_in(to, again, HERE))[0] == person


async def test_registration_that_closes_meanwhile_lets_nobody_new_in(
    store: Store, clock: FakeClock, outbox: Outbox
) -> None:
    code = await code_for(house(store, clock, outbox, Registration.OPEN), outbox)
    with pytest.raises(RegistrationClosed):
        await house(store, clock, outbox).codes.sign_in(ADA, code, HERE)


async def test_of_two_who_join_by_one_address_at_once_one_person_comes(
    store: Store, url: str, clock: FakeClock, outbox: Outbox
) -> None:
    accounts = house(store, clock, outbox, Registration.OPEN)
    code = await code_for(accounts, outbox)
    outcomes = await asyncio.gather(
        *(accounts.codes.sign_in(ADA, code, HERE) for _ in range(4)), return_exceptions=True
    )
    assert sum(isinstance(outcome, tuple) for outcome in outcomes) == 1


async def test_an_address_is_added_by_whoever_reads_it(
    accounts: Accounts, new_person: NewPerson, outbox: Outbox
) -> None:
    ada, bob = await new_person("Ada"), await new_person("Bob", email="bob@example.com")
    await accounts.codes.request_to_add(PHONE, HERE)
    await accounts.courier.settle()
    with pytest.raises(SignInFailed):
        await accounts.codes.add(ada.id, PHONE, another(outbox.last_code), HERE)
    await accounts.codes.add(ada.id, PHONE, outbox.last_code, HERE)
    assert (await accounts.people.profile(ada.id)).phone == PHONE
    await accounts.codes.request_to_add(PHONE, HERE)
    await accounts.courier.settle()
    with pytest.raises(Conflict):
        await accounts.codes.add(bob.id, PHONE, outbox.last_code, HERE)


async def test_a_clock_that_is_set_back_makes_no_code_good_again(
    store: Store, jumping: JumpingClock, new_person: NewPerson, outbox: Outbox
) -> None:
    await new_person(email=ADA)
    accounts = house(store, jumping, outbox)
    code = await code_for(accounts, outbox)
    jumping.jump(-3600)
    with pytest.raises(SignInFailed):
        await accounts.codes.sign_in(ADA, code, HERE)
    jumping.jump(3600)
    await accounts.codes.sign_in(ADA, code, HERE)
    jumping.jump(-60)
    with pytest.raises(SignInFailed):
        await accounts.codes.sign_in(ADA, code, HERE)
    await accounts.codes.sign_in(ADA, await code_for(accounts, outbox), HERE)
