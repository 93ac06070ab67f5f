"""Persons: roles, bans, removal, and that somebody is always the owner."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select

from homespun.accounts import Accounts, Credentials, Device, NewKey, Person, PersonStatus, Role
from homespun.accounts.tables import ApiKeyRow, PersonRow
from homespun.core.errors import (
    Banned,
    Conflict,
    HomespunError,
    Invalid,
    LastOwner,
    NotFound,
    Refused,
    Unauthenticated,
)
from homespun.store import Store

from .conftest import NewPerson

STRANGER = Person("person_stranger", "Stranger", Role.OWNER)


async def test_a_stranger_and_a_member_change_nobody(accounts: Accounts, new_person: NewPerson) -> None:
    ada, bob = await new_person("Ada"), await new_person("Bob")
    for actor, kind in ((STRANGER, Unauthenticated), (bob, Refused)):
        for attempt in (
            accounts.people.ban(actor, ada.id),
            accounts.people.unban(actor, ada.id),
            accounts.people.remove(actor, ada.id),
            accounts.people.set_role(actor, ada.id, Role.ADMIN),
        ):
            with pytest.raises(kind):
                await attempt
    assert (await accounts.people.profile(ada.id)).person == ada


async def test_who_claims_to_be_the_owner_is_looked_up(accounts: Accounts, new_person: NewPerson) -> None:
    ada, bob = await new_person("Ada"), await new_person("Bob")
    with pytest.raises(Refused):
        await accounts.people.ban(Person(bob.id, "Bob", Role.OWNER), ada.id)


async def test_an_admin_looks_after_members_and_makes_no_admins(accounts: Accounts, new_person: NewPerson) -> None:
    owner, admin, ada = await accounts.ensure_owner(), await new_person("A", Role.ADMIN), await new_person("Ada")
    other = await new_person("B", Role.ADMIN)
    await accounts.people.ban(admin, ada.id)
    await accounts.people.unban(admin, ada.id)
    for subject in (owner, other):
        with pytest.raises(Refused):
            await accounts.people.ban(admin, subject.id)
    for role in (Role.OWNER, Role.ADMIN, Role.VISITOR):
        with pytest.raises(Refused):
            await accounts.people.set_role(admin, ada.id, role)
    with pytest.raises(Refused):
        await accounts.people.set_role(admin, admin.id, Role.OWNER)


async def test_a_new_role_counts_at_once_and_the_old_one_s_power_ends(
    accounts: Accounts, elsewhere: Accounts, new_person: NewPerson
) -> None:
    owner, admin = await accounts.ensure_owner(), await new_person("A", Role.ADMIN)
    _, secret = await accounts.keys.create(admin, NewKey("mine"))
    before = await elsewhere.identify(Credentials(bearer=secret))
    await accounts.people.set_role(owner, admin.id, Role.MEMBER)
    _, ended = await elsewhere.endings_after(0)
    assert not ended.isdisjoint(before.subjects)
    assert (await elsewhere.identify(Credentials(bearer=secret))).person.role is Role.MEMBER


async def test_the_last_owner_stays(accounts: Accounts) -> None:
    owner = await accounts.ensure_owner()
    for attempt in (
        accounts.people.set_role(owner, owner.id, Role.ADMIN),
        accounts.people.ban(owner, owner.id),
        accounts.people.remove(owner, owner.id),
    ):
        with pytest.raises(LastOwner):
            await attempt
    assert await accounts.ensure_owner() == owner


async def test_of_two_owners_who_demote_each_other_one_stays(
    accounts: Accounts, elsewhere: Accounts, new_person: NewPerson
) -> None:
    one = await accounts.ensure_owner()
    two = await new_person("Two", Role.OWNER)
    outcomes = await asyncio.gather(
        accounts.people.set_role(one, two.id, Role.MEMBER),
        elsewhere.people.set_role(two, one.id, Role.MEMBER),
        return_exceptions=True,
    )
    assert sum(isinstance(outcome, Person) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, HomespunError) for outcome in outcomes) == 1
    roles = {(await accounts.people.profile(who.id)).person.role for who in (one, two)}
    assert roles == {Role.OWNER, Role.MEMBER}


async def test_of_two_owners_who_leave_at_once_one_stays(
    accounts: Accounts, elsewhere: Accounts, new_person: NewPerson
) -> None:
    one = await accounts.ensure_owner()
    two = await new_person("Two", Role.OWNER)
    outcomes = await asyncio.gather(
        accounts.people.remove(one, one.id), elsewhere.people.remove(two, two.id), return_exceptions=True
    )
    assert sum(outcome is None for outcome in outcomes) == 1
    assert sum(isinstance(outcome, LastOwner) for outcome in outcomes) == 1


async def test_a_ban_ends_sessions_and_stops_keys_until_it_is_lifted(
    accounts: Accounts, elsewhere: Accounts, new_person: NewPerson
) -> None:
    owner, ada = await accounts.ensure_owner(), await new_person("Ada", email="ada@example.com")
    await accounts.passwords.set(ada.id, "four words are long", device=Device(), kept_session_id=None)
    await accounts.passwords.sign_in("ada@example.com", "four words are long", Device())
    _, secret = await accounts.keys.create(ada, NewKey("mine"))
    caller = await elsewhere.identify(Credentials(bearer=secret))
    assert (await accounts.people.ban(owner, ada.id)).status is PersonStatus.BANNED
    _, ended = await elsewhere.endings_after(0)
    assert not ended.isdisjoint(caller.subjects)
    for who in (accounts, elsewhere):
        with pytest.raises(Banned):
            await who.identify(Credentials(bearer=secret))
    await accounts.people.unban(owner, ada.id)
    await accounts.identify(Credentials(bearer=secret))
    assert await accounts.sessions.list(ada.id) == ()


async def test_a_removed_person_leaves_the_id_alone(
    accounts: Accounts, elsewhere: Accounts, new_person: NewPerson, store: Store
) -> None:
    owner, ada = await accounts.ensure_owner(), await new_person("Ada", email="ada@example.com")
    key, secret = await accounts.keys.create(ada, NewKey("Ada's own"))
    await elsewhere.identify(Credentials(bearer=secret))
    await accounts.people.remove(owner, ada.id)
    _, ended = await elsewhere.endings_after(0)
    assert {ada.id, key.id} <= ended
    for who in (accounts, elsewhere):
        with pytest.raises(Unauthenticated):
            await who.identify(Credentials(bearer=secret))
    profile = await accounts.people.profile(ada.id)
    assert (profile.status, profile.person.name, profile.email) == (PersonStatus.REMOVED, "", None)
    async with store.read() as session:
        rows = [*await session.scalars(select(PersonRow)), *await session.scalars(select(ApiKeyRow))]
    said = [str(value).lower() for row in rows for name, value in vars(row).items() if name not in ("prefix", "digest")]
    assert "ada" not in "".join(said)


async def test_what_is_removed_stays_removed(accounts: Accounts, new_person: NewPerson) -> None:
    owner, ada = await accounts.ensure_owner(), await new_person("Ada")
    await accounts.people.remove(owner, ada.id)
    for attempt in (
        accounts.people.unban(owner, ada.id),
        accounts.people.set_role(owner, ada.id, Role.ADMIN),
        accounts.people.remove(owner, ada.id),
    ):
        with pytest.raises(NotFound):
            await attempt


async def test_whoever_was_removed_is_told_of(accounts: Accounts, new_person: NewPerson) -> None:
    owner, ada, bob = await accounts.people.ensure_owner(), await new_person("Ada"), await new_person("Bob")
    await accounts.people.ban(owner, bob.id)
    assert await accounts.people.removed() == frozenset()
    await accounts.people.remove(owner, ada.id)
    assert await accounts.people.removed() == {ada.id}


async def test_people_remove_themselves(accounts: Accounts, new_person: NewPerson) -> None:
    ada = await new_person("Ada")
    await accounts.people.remove(ada, ada.id)
    with pytest.raises(Unauthenticated):
        await accounts.keys.create(ada, NewKey("mine"))


async def test_people_say_what_they_are_called_and_what_they_speak(accounts: Accounts, new_person: NewPerson) -> None:
    ada = await new_person("Ada")
    changed = await accounts.people.change(ada.id, name="  Ada Lovelace ", locale="zh-CN")
    assert (changed.name, changed.locale) == ("Ada Lovelace", "zh-CN")
    for name, locale in ((" ", None), ("two\nlines", None), ("x" * 101, None), (None, "x" * 36), (None, "en_US;")):
        with pytest.raises(Invalid):
            await accounts.people.change(ada.id, name=name, locale=locale)


async def test_visitors_get_no_role(accounts: Accounts, new_person: NewPerson) -> None:
    visitor = await new_person("Visitor", Role.VISITOR)
    with pytest.raises(Conflict):
        await accounts.people.set_role(await accounts.ensure_owner(), visitor.id, Role.MEMBER)
