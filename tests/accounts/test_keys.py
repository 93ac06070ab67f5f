"""API keys: recognised fast, revoked at once."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy import update

from homespun.accounts import Accounts
from homespun.accounts.keys import Keys
from homespun.accounts.tables import ApiKeyRow
from homespun.core.clock import FakeClock
from homespun.core.errors import Conflict, Invalid, NotFound, StorageFull, Unauthenticated
from homespun.store import Store

from .conftest import person_by_key


async def test_a_key_is_its_owners(accounts: Accounts) -> None:
    key, secret = await accounts.create_key("  Notebook ")
    owner = await accounts.ensure_owner()
    assert await person_by_key(accounts, secret) == owner
    assert (key.owner_id, key.name, key.last_used_at, key.revoked_at) == (owner.id, "Notebook", None, None)
    assert secret.startswith("sk-homespun-")
    assert secret.startswith(key.prefix)
    assert len(secret) - len(key.prefix) > 30


@pytest.mark.parametrize("secret", ["", "sk-homespun-", "rubbish", "x" * 100_000, "half \ud83d", "nul \0", "天气"])
async def test_rubbish_is_nobodys_key(accounts: Accounts, secret: str) -> None:
    await accounts.create_key("mine")
    with pytest.raises(Unauthenticated):
        await person_by_key(accounts, secret)


async def test_a_key_with_one_character_changed_is_nobodys(accounts: Accounts) -> None:
    _, secret = await accounts.create_key("mine")
    await person_by_key(accounts, secret)
    for place in (0, 12, 17, 18, 30, len(secret) - 1):
        other = "A" if secret[place] != "A" else "B"
        with pytest.raises(Unauthenticated):
            await person_by_key(accounts, secret[:place] + other + secret[place + 1 :])
    with pytest.raises(Unauthenticated):
        await person_by_key(accounts, secret + "A")


async def test_keys_with_the_same_beginning_are_told_apart(accounts: Accounts, store: Store) -> None:
    (first, one), (second, two) = await accounts.create_key("first"), await accounts.create_key("second")
    async with store.write() as session:
        await session.execute(update(ApiKeyRow).where(ApiKeyRow.id == first.id).values(prefix=second.prefix))
    await person_by_key(accounts, two)
    used = {key.name for key in await accounts.list_keys() if key.last_used_at}
    assert used == {"second"}
    with pytest.raises(Unauthenticated):
        await person_by_key(accounts, one)


@pytest.mark.parametrize("name", ["", "  ", "x" * 101, "half \ud83d", "nul \0"])
async def test_a_bad_name_is_refused(accounts: Accounts, name: str) -> None:
    with pytest.raises(Invalid) as caught:
        await accounts.create_key(name)
    assert caught.value.param == "name"


async def test_keys_are_listed_newest_first_with_the_revoked_ones(accounts: Accounts, clock: FakeClock) -> None:
    for name in ("one", "two", "three"):
        await accounts.create_key(name)
        clock.advance(1)
    await accounts.revoke_key("two")
    assert [(key.name, key.revoked_at is None) for key in await accounts.list_keys()] == [
        ("three", True),
        ("two", False),
        ("one", True),
    ]


@pytest.mark.parametrize("how", ["id", "prefix", "name"])
async def test_a_revoked_key_is_no_good_from_then_on(accounts: Accounts, clock: FakeClock, how: str) -> None:
    key, secret = await accounts.create_key("mine")
    await person_by_key(accounts, secret)
    revoked = await accounts.revoke_key(getattr(key, how))
    assert (revoked.id, revoked.revoked_at) == (key.id, clock.now())
    with pytest.raises(Unauthenticated):
        await person_by_key(accounts, secret)


async def test_a_key_revoked_by_another_process_is_no_good_after_a_second(
    accounts: Accounts, elsewhere: Accounts, clock: FakeClock
) -> None:
    _, secret = await accounts.create_key("mine")
    await person_by_key(accounts, secret)
    await elsewhere.revoke_key("mine")
    clock.advance(1)
    with pytest.raises(Unauthenticated):
        await person_by_key(accounts, secret)


async def test_a_key_that_is_revoked_while_it_is_looked_up_is_not_remembered(
    accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def revoke_meanwhile(keys: Keys, key: ApiKeyRow) -> None:
        await keys.revoke_called(key.id)

    _, secret = await accounts.create_key("mine")
    with monkeypatch.context() as unlucky:
        unlucky.setattr(Keys, "note_use", revoke_meanwhile)
        await person_by_key(accounts, secret)
    with pytest.raises(Unauthenticated):
        await person_by_key(accounts, secret)


async def test_a_key_is_looked_up_once_a_second_at_most(
    accounts: Accounts, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, secret = await accounts.create_key("mine")
    person = await person_by_key(accounts, secret)

    def refuse(_: Store) -> None:
        raise AssertionError("asked the database")

    monkeypatch.setattr(Store, "read", refuse)
    clock.advance(0.9)
    assert await person_by_key(accounts, secret) == person
    clock.advance(0.1)
    with pytest.raises(AssertionError, match="asked"):
        await person_by_key(accounts, secret)


async def test_many_who_come_at_once_with_a_key_cost_one_look(
    accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = 0
    read, write = Store.read, Store.write

    def counted(which: Any) -> Any:
        def look(store: Store) -> Any:
            nonlocal looks
            looks += 1
            return which(store)

        return look

    _, secret = await accounts.create_key("mine")
    monkeypatch.setattr(Store, "read", counted(read))
    monkeypatch.setattr(Store, "write", counted(write))
    people = await asyncio.gather(*(person_by_key(accounts, secret) for _ in range(16)))
    assert len({person.id for person in people}) == 1
    assert looks == 2, "one look, and one note that the key was used"


async def test_a_stranger_who_gives_up_takes_nobody_along(accounts: Accounts) -> None:
    _, secret = await accounts.create_key("mine")
    first = asyncio.create_task(person_by_key(accounts, secret))
    second = asyncio.create_task(person_by_key(accounts, secret))
    await asyncio.sleep(0)
    first.cancel()
    assert await second == await accounts.ensure_owner()


async def test_what_is_not_there_cannot_be_revoked(accounts: Accounts) -> None:
    await accounts.create_key("mine")
    await accounts.revoke_key("mine")
    for which in ("mine", "other", "", "%"):
        with pytest.raises(NotFound):
            await accounts.revoke_key(which)
    with pytest.raises(Invalid):
        await accounts.revoke_key("half \ud83d")


async def test_a_name_of_several_keys_means_none_of_them(accounts: Accounts) -> None:
    (first, _), (_, other) = await accounts.create_key("mine"), await accounts.create_key("mine")
    with pytest.raises(Conflict, match="id"):
        await accounts.revoke_key("mine")
    await accounts.revoke_key(first.id)
    await person_by_key(accounts, other)
    await accounts.revoke_key("mine")


async def test_its_last_use_is_noted_to_the_minute(accounts: Accounts, clock: FakeClock) -> None:
    _, secret = await accounts.create_key("mine")
    first = clock.now()
    await person_by_key(accounts, secret)
    clock.advance(59)
    await person_by_key(accounts, secret)
    assert (await accounts.list_keys())[0].last_used_at == first
    clock.advance(1)
    await person_by_key(accounts, secret)
    assert (await accounts.list_keys())[0].last_used_at == clock.now()


async def test_a_full_disk_makes_no_key_worthless(accounts: Accounts, monkeypatch: pytest.MonkeyPatch) -> None:
    _, secret = await accounts.create_key("mine")

    def full(_: Store) -> None:
        raise StorageFull

    monkeypatch.setattr(Store, "write", full)
    assert (await person_by_key(accounts, secret)).name == "Owner"
