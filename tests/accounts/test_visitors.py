"""Visitors: let in by setting, limited, bannable, and one with the person whom they sign in as."""

from __future__ import annotations

from dataclasses import replace

import pytest

from homespun.accounts import Accounts, Credentials, Device, Merge, Person, PersonKind, Role, Scope
from homespun.core.clock import FakeClock
from homespun.core.errors import Banned, Conflict, NotFound, Refused, TooManyAttempts, Unauthenticated
from homespun.store import Store

from .conftest import QUICK, NewPerson

HERE = Device("192.0.2.1", "Phone")


@pytest.fixture
def accounts(store: Store, clock: FakeClock) -> Accounts:
    return Accounts(store, clock, replace(QUICK, visitors=True, visits_per_hour=3))


async def test_nobody_visits_unless_the_owner_wants_it(store: Store, clock: FakeClock) -> None:
    with pytest.raises(Refused):
        await Accounts(store, clock).start_visit(HERE)


async def test_a_visitor_is_somebody_of_their_own(accounts: Accounts) -> None:
    (one, token), (two, _) = [await accounts.start_visit(HERE) for _ in range(2)]
    assert one.id != two.id
    caller = await accounts.identify(Credentials(session=token))
    assert (caller.person.id, caller.person.kind, caller.person.role) == (one.id, PersonKind.VISITOR, Role.VISITOR)
    assert caller.payer_id == one.id
    with pytest.raises(Refused):
        caller.require(Scope.ADMIN)


async def test_one_address_is_so_many_visitors_in_an_hour(accounts: Accounts, clock: FakeClock) -> None:
    for _ in range(3):
        await accounts.start_visit(HERE)
    with pytest.raises(TooManyAttempts):
        await accounts.start_visit(HERE)
    await accounts.start_visit(Device("198.51.100.7"))
    clock.advance(3600)
    await accounts.start_visit(HERE)


async def test_a_visitor_who_signs_in_is_that_person_from_then_on(
    accounts: Accounts, elsewhere: Accounts, new_person: NewPerson
) -> None:
    ada = await new_person("Ada")
    visitor, token = await accounts.start_visit(HERE)
    caller = await elsewhere.identify(Credentials(session=token))
    assert await accounts.merge_visitor(visitor, ada) == Merge(visitor.id, ada.id)
    _, ended = await elsewhere.endings_after(0)
    assert set(caller.subjects) <= ended
    for who in (accounts, elsewhere):
        with pytest.raises(Unauthenticated):
            await who.identify(Credentials(session=token))
    assert await accounts.merge_visitor(visitor, ada) == Merge(visitor.id, ada.id), "so that a broken-off move goes on"


async def test_what_was_a_visitor_s_is_removed_with_the_person_they_became(
    accounts: Accounts, new_person: NewPerson
) -> None:
    owner, ada = await accounts.ensure_owner(), await new_person("Ada")
    (visitor, _), (other, _) = [await accounts.start_visit(HERE) for _ in range(2)]
    await accounts.merge_visitor(visitor, ada)
    assert await accounts.people.removed() == frozenset()
    await accounts.people.remove(owner, other.id)
    assert await accounts.people.removed() == {other.id}
    await accounts.people.remove(owner, ada.id)
    assert await accounts.people.removed() == {other.id, visitor.id, ada.id}


async def test_a_merge_is_remembered_until_all_is_moved(accounts: Accounts, new_person: NewPerson) -> None:
    ada = await new_person("Ada")
    merges = []
    for _ in range(2):
        visitor, _ = await accounts.start_visit(HERE)
        merges.append(await accounts.merge_visitor(visitor, ada))
    await accounts.start_visit(HERE)
    assert set(await accounts.visitors.unmoved()) == set(merges)
    await accounts.visitors.moved(merges[0])
    assert await accounts.visitors.unmoved() == (merges[1],)


async def test_what_is_a_visitor_s_goes_to_one_person_alone(accounts: Accounts, new_person: NewPerson) -> None:
    ada, bob = await new_person("Ada"), await new_person("Bob")
    visitor, _ = await accounts.start_visit(HERE)
    other, _ = await accounts.start_visit(HERE)
    await accounts.merge_visitor(visitor, ada)
    with pytest.raises(Conflict):
        await accounts.merge_visitor(visitor, bob)
    for nobody in (ada, Person("visitor_stranger", "", Role.VISITOR)):
        with pytest.raises(NotFound):
            await accounts.merge_visitor(nobody, bob)
    for target in (other, visitor, Person("person_stranger", "", Role.MEMBER)):
        with pytest.raises(NotFound):
            await accounts.merge_visitor(other, target)


async def test_a_banned_visitor_stays_out_and_takes_nothing_along(accounts: Accounts, new_person: NewPerson) -> None:
    owner, ada = await accounts.ensure_owner(), await new_person("Ada")
    visitor, token = await accounts.start_visit(HERE)
    await accounts.people.ban(owner, visitor.id)
    with pytest.raises((Banned, Unauthenticated)):
        await accounts.identify(Credentials(session=token))
    with pytest.raises(Refused):
        await accounts.merge_visitor(visitor, ada)


async def test_a_removed_visitor_is_merged_with_nobody(accounts: Accounts, new_person: NewPerson) -> None:
    owner, ada = await accounts.ensure_owner(), await new_person("Ada")
    visitor, _ = await accounts.start_visit(HERE)
    await accounts.people.remove(owner, visitor.id)
    with pytest.raises(Conflict):
        await accounts.merge_visitor(visitor, ada)
