"""Consent is each person's own: off until given, kept with its times, and never somebody else's to give."""

from __future__ import annotations

from dataclasses import replace

import pytest

from homespun.accounts import Accounts, ConsentChange, Device, Role, TeamRole
from homespun.core.clock import FakeClock
from homespun.core.errors import Refused
from homespun.store import Store

from .conftest import QUICK, NewPerson


@pytest.fixture
def accounts(store: Store, clock: FakeClock) -> Accounts:
    return Accounts(store, clock, replace(QUICK, visitors=True))


async def test_nobody_has_consented_until_they_say_so(accounts: Accounts, new_person: NewPerson) -> None:
    ada = await new_person("Ada")
    consent = await accounts.consents.of(ada.id)
    assert (consent.is_given, consent.since, consent.changes) == (False, None, ())
    assert await accounts.consents.given() == frozenset()


async def test_consent_is_given_and_taken_back_with_its_times(
    accounts: Accounts, new_person: NewPerson, clock: FakeClock
) -> None:
    ada, ben = await new_person("Ada"), await new_person("Ben")
    first = clock.now()
    given = await accounts.consents.set(ada.id, True)
    assert (given.is_given, given.since) == (True, first)
    assert await accounts.consents.given() == {ada.id}
    clock.advance(60)
    await accounts.consents.set(ben.id, True)
    taken_back = await accounts.consents.set(ada.id, False)
    assert (taken_back.is_given, taken_back.since) == (False, None)
    assert taken_back.changes == (ConsentChange(False, clock.now()), ConsentChange(True, first))
    assert await accounts.consents.given() == {ben.id}


async def test_to_decide_the_same_again_changes_nothing(
    accounts: Accounts, new_person: NewPerson, clock: FakeClock
) -> None:
    ada = await new_person("Ada")
    assert (await accounts.consents.set(ada.id, False)).changes == ()
    once = await accounts.consents.set(ada.id, True)
    clock.advance(60)
    assert await accounts.consents.set(ada.id, True) == once


async def test_whoever_is_banned_or_removed_is_not_learned_from(accounts: Accounts, new_person: NewPerson) -> None:
    boss = await accounts.ensure_owner()
    ada, ben = await new_person("Ada"), await new_person("Ben")
    for one in (ada, ben):
        await accounts.consents.set(one.id, True)
    await accounts.people.ban(boss, ada.id)
    await accounts.people.remove(boss, ben.id)
    assert await accounts.consents.given() == frozenset()


@pytest.mark.parametrize("own_word", [None, False, True])
async def test_a_visitors_consent_ends_with_the_visit_and_the_persons_own_counts(
    accounts: Accounts, new_person: NewPerson, own_word: bool | None
) -> None:
    ada = await new_person("Ada")
    visitor, _ = await accounts.start_visit(Device("192.0.2.1"))
    await accounts.consents.set(visitor.id, True)
    assert await accounts.consents.given() == {visitor.id}
    if own_word is not None:
        await accounts.consents.set(ada.id, own_word)
    await accounts.merge_visitor(visitor, ada)
    assert await accounts.consents.given() == ({ada.id} if own_word else frozenset())


async def test_a_stranger_and_a_plain_member_review_nobody(accounts: Accounts, new_person: NewPerson) -> None:
    boss = await accounts.ensure_owner()
    visitor, _ = await accounts.start_visit(Device("192.0.2.1"))
    stranger, member = await new_person("Stranger"), await new_person("Member")
    team = await accounts.teams.create(boss, "Weavers")
    await accounts.teams.add_member(boss, team.id, member.id, TeamRole.MEMBER)
    for who in (visitor, stranger, member):
        with pytest.raises(Refused):
            await accounts.consents.reviewable_by(who)


@pytest.mark.parametrize("role", [TeamRole.TRAINER, TeamRole.REVIEWER, TeamRole.ADMIN, TeamRole.OWNER])
async def test_who_reviews_a_team_reviews_its_members_who_consent(
    accounts: Accounts, new_person: NewPerson, role: TeamRole
) -> None:
    boss = await accounts.ensure_owner()
    reviewer, inside, silent, outside = [await new_person(name) for name in ("Rex", "In", "Silent", "Out")]
    team = await accounts.teams.create(boss, "Weavers")
    await accounts.teams.add_member(boss, team.id, reviewer.id, role)
    for one in (inside, silent):
        await accounts.teams.add_member(boss, team.id, one.id, TeamRole.MEMBER)
    for one in (inside, outside):
        await accounts.consents.set(one.id, True)
    assert await accounts.consents.reviewable_by(reviewer) == {inside.id}
    await accounts.teams.delete(boss, team.id)
    with pytest.raises(Refused):
        await accounts.consents.reviewable_by(reviewer)


@pytest.mark.parametrize("role", [Role.OWNER, Role.ADMIN])
async def test_who_looks_after_the_installation_reviews_all_who_consent(
    accounts: Accounts, new_person: NewPerson, role: Role
) -> None:
    ada, admin = await new_person("Ada"), await new_person("Admin", role)
    await accounts.consents.set(ada.id, True)
    assert await accounts.consents.reviewable_by(admin) == {ada.id}
