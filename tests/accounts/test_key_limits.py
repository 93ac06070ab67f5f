"""What a key is good for, until when, and from where; each refusal has a name of its own, and nobody gets in."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from homespun.accounts import Accounts, Budget, Credentials, NewKey, Period, Person, Role, Scope
from homespun.accounts.proofs import KEY_OPENING, new_secret
from homespun.core.clock import FakeClock
from homespun.core.errors import (
    AddressRefused,
    HomespunError,
    Invalid,
    KeyExpired,
    KeyRevoked,
    NotFound,
    Unauthenticated,
)
from homespun.store import Store

from .conftest import QUICK, JumpingClock, NewPerson

DAY_S = 24 * 3_600
MINE = NewKey("mine")


async def make(accounts: Accounts, new: NewKey = MINE) -> str:
    """The secret of a key of the owner's."""
    return (await accounts.keys.create(await accounts.ensure_owner(), new))[1]


async def refusal(accounts: Accounts, secret: str, address: str = "") -> HomespunError:
    """What is said of it."""
    with pytest.raises(HomespunError) as caught:
        await accounts.identify(Credentials(bearer=secret, address=address))
    return caught.value


async def test_a_key_is_what_it_was_made_to_be(accounts: Accounts, clock: FakeClock) -> None:
    owner = await accounts.ensure_owner()
    new = NewKey(
        " CI ",
        scopes=frozenset({Scope.CHAT}),
        models=("small", "large", "small"),
        budget=Budget(2**62, Period.EVER),
        expires_at=clock.now() + timedelta(days=1),
        networks=("192.0.2.0/24", "2001:db8::1", "192.0.2.0/24"),
    )
    made, secret = await accounts.keys.create(owner, new)
    key = (await accounts.identify(Credentials(bearer=secret, address="192.0.2.7"))).key
    assert key == made
    assert (key.name, key.scopes, key.models) == ("CI", frozenset({Scope.CHAT}), ("small", "large"))
    assert (key.budget, key.expires_at) == (Budget(2**62, Period.EVER), new.expires_at)
    assert key.networks == ("192.0.2.0/24", "2001:db8::1/128")


@pytest.mark.parametrize(
    "secret",
    [
        "' OR 1=1 --",
        "sk-homespun-' OR '1'='1",
        "sk-homespun-%",
        "sk-homespun-x\r\nX-Role: owner",
        "sk-homespun-x\0",
        "sk-homespun-\ud83d",
        "sk-homespun-天气",
        "sk-homespun-" + "x" * 100_000,
        "sk-proj-of-another-product",
        "Bearer sk-homespun-x",
    ],
)
async def test_injections_are_nobody_s_key(accounts: Accounts, secret: str) -> None:
    await make(accounts)
    error = await refusal(accounts, secret)
    assert type(error) is Unauthenticated
    assert secret not in error.message


async def test_a_key_of_another_installation_is_not_known(accounts: Accounts) -> None:
    await make(accounts)
    error = await refusal(accounts, new_secret(KEY_OPENING))
    assert type(error) is Unauthenticated
    assert "not known here" in error.message


async def test_a_session_is_no_key_and_a_key_is_no_session(accounts: Accounts) -> None:
    _, session = await accounts.sign_in(await accounts.make_sign_in_link_token())
    secret = await make(accounts)
    for credentials in (Credentials(bearer=session), Credentials(session=secret)):
        with pytest.raises(Unauthenticated):
            await accounts.identify(credentials)


async def test_a_revoked_key_is_called_revoked_to_who_has_all_of_it(accounts: Accounts) -> None:
    secret = await make(accounts)
    await accounts.revoke_key("mine")
    assert type(await refusal(accounts, secret)) is KeyRevoked
    assert type(await refusal(accounts, secret[:-1])) is Unauthenticated


async def test_a_key_expires_on_time_also_while_it_is_remembered(store: Store, jumping: JumpingClock) -> None:
    accounts = Accounts(store, jumping, QUICK)
    secret = await make(accounts, replace(MINE, expires_at=jumping.now() + timedelta(days=1)))
    jumping.jump(DAY_S - 1)
    await accounts.identify(Credentials(bearer=secret))
    jumping.jump(1)
    assert type(await refusal(accounts, secret)) is KeyExpired


async def test_a_clock_that_jumps_opens_nothing(store: Store, jumping: JumpingClock) -> None:
    accounts = Accounts(store, jumping, QUICK)
    secret = await make(accounts, replace(MINE, expires_at=jumping.now() + timedelta(days=1)))
    unlimited = await make(accounts)
    jumping.jump(-DAY_S)
    assert type(await refusal(accounts, secret)) is KeyExpired
    await accounts.identify(Credentials(bearer=unlimited))
    jumping.jump(10_000 * DAY_S)
    assert type(await refusal(accounts, secret)) is KeyExpired
    await accounts.revoke_key((await accounts.list_keys())[0].id)
    jumping.jump(-9_000 * DAY_S)
    assert {type(await refusal(accounts, one)) for one in (secret,)} == {KeyExpired}


@pytest.mark.parametrize(
    ("networks", "address", "is_let_in"),
    [
        ((), "", True),
        ((), "rubbish", True),
        (("192.0.2.0/24",), "192.0.2.255", True),
        (("192.0.2.0/24",), "::ffff:192.0.2.1", True),
        (("192.0.2.0/24", "2001:db8::/32"), "2001:db8:ffff::1", True),
        (("192.0.2.7",), "192.0.2.7", True),
        (("0.0.0.0/0",), "203.0.113.1", True),
        (("192.0.2.0/24",), "192.0.3.0", False),
        (("192.0.2.0/24",), "::ffff:192.0.3.1", False),
        (("192.0.2.0/24",), "", False),
        (("192.0.2.0/24",), "192.0.2.1, 10.0.0.1", False),
        (("192.0.2.0/24",), "192.0.2.1\r\nX: y", False),
        (("0.0.0.0/0",), "2001:db8::1", False),
        (("::/0",), "192.0.2.1", False),
    ],
)
async def test_a_key_is_good_from_its_networks_alone(
    accounts: Accounts, networks: tuple[str, ...], address: str, is_let_in: bool
) -> None:
    secret = await make(accounts, replace(MINE, networks=networks))
    if is_let_in:
        await accounts.identify(Credentials(bearer=secret, address=address))
    else:
        assert type(await refusal(accounts, secret, address)) is AddressRefused


async def test_the_address_counts_also_while_a_key_is_remembered(accounts: Accounts) -> None:
    secret = await make(accounts, replace(MINE, networks=("192.0.2.0/24",)))
    await accounts.identify(Credentials(bearer=secret, address="192.0.2.1"))
    assert type(await refusal(accounts, secret, "198.51.100.7")) is AddressRefused
    await accounts.identify(Credentials(bearer=secret, address="192.0.2.1"))


@pytest.mark.parametrize(
    ("new", "param"),
    [
        (replace(MINE, scopes=frozenset()), "scopes"),
        (replace(MINE, models=("",)), "models"),
        (replace(MINE, models=("two words",)), "models"),
        (replace(MINE, models=("nul \0",)), "models"),
        (replace(MINE, models=tuple(map(str, range(101)))), "models"),
        (replace(MINE, budget=Budget(-1, Period.MONTH)), "budget"),
        (replace(MINE, budget=Budget(2**63, Period.MONTH)), "budget"),
        (replace(MINE, expires_at=datetime(2026, 1, 1, tzinfo=UTC)), "expires_at"),
        (replace(MINE, networks=("192.0.2.1/24",)), "networks"),
        (replace(MINE, networks=("example.com",)), "networks"),
        (replace(MINE, networks=("' OR 1=1",)), "networks"),
        (replace(MINE, networks=tuple(f"192.0.2.{number}" for number in range(101))), "networks"),
        (replace(MINE, name="two\r\nlines"), "name"),
    ],
)
async def test_what_no_key_can_be_is_refused(accounts: Accounts, new: NewKey, param: str) -> None:
    with pytest.raises(Invalid) as caught:
        await make(accounts, new)
    assert caught.value.param == param
    assert await accounts.list_keys() == ()


async def test_strangers_and_other_members_revoke_no_key(accounts: Accounts, new_person: NewPerson) -> None:
    ada, bob = await new_person("Ada"), await new_person("Bob")
    key, secret = await accounts.keys.create(ada, MINE)
    with pytest.raises(Unauthenticated):
        await accounts.keys.revoke(Person("person_stranger", "", Role.OWNER), key.id)
    for actor, key_id in ((bob, key.id), (bob, "key_stranger"), (ada, "key_stranger")):
        with pytest.raises(NotFound):
            await accounts.keys.revoke(actor, key_id)
    await accounts.identify(Credentials(bearer=secret))
    assert (await accounts.keys.of_person(bob.id)).values == ()


async def test_an_admin_revokes_the_keys_of_members_but_not_of_owners(
    accounts: Accounts, new_person: NewPerson
) -> None:
    owner, admin, ada = await accounts.ensure_owner(), await new_person("A", Role.ADMIN), await new_person("Ada")
    theirs, _ = await accounts.keys.create(owner, MINE)
    hers, _ = await accounts.keys.create(ada, MINE)
    with pytest.raises(NotFound):
        await accounts.keys.revoke(admin, theirs.id)
    first = await accounts.keys.revoke(admin, hers.id)
    assert await accounts.keys.revoke(ada, hers.id) == first, "the first time stands"
