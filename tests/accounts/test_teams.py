"""Teams, their members, their projects, and who pays."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import delete

from homespun.accounts import Accounts, Credentials, NewKey, Person, Role, Team, TeamRole
from homespun.accounts.tables import MembershipRow
from homespun.core.clock import FakeClock
from homespun.core.errors import (
    Conflict,
    HomespunError,
    Invalid,
    KeyRevoked,
    NotFound,
    Refused,
    Unauthenticated,
)
from homespun.store import Store

from .conftest import NewPerson

STRANGER = Person("person_stranger", "Stranger", Role.MEMBER)
Build = Callable[[], Awaitable[tuple[Team, Person, Person]]]


@pytest.fixture
def build(accounts: Accounts, new_person: NewPerson) -> Build:
    """A team, one of its owners, who owns nothing else, and a member."""

    async def make() -> tuple[Team, Person, Person]:
        root = await accounts.ensure_owner()
        lead, ada = await new_person("Lead"), await new_person("Ada")
        team = await accounts.teams.create(root, "Weavers")
        await accounts.teams.add_member(root, team.id, lead.id, TeamRole.OWNER)
        await accounts.teams.remove_member(root, team.id, root.id)
        await accounts.teams.add_member(lead, team.id, ada.id, TeamRole.MEMBER)
        return team, lead, ada

    return make


async def test_a_team_is_not_there_for_strangers(accounts: Accounts, build: Build, new_person: NewPerson) -> None:
    team, _, ada = await build()
    other = await new_person("Other")
    visitor = await new_person("Visitor", Role.VISITOR)
    project = await accounts.projects.create(await accounts.ensure_owner(), team.id, "One")
    for actor in (other, visitor):
        for attempt in (
            accounts.teams.get(actor, team.id),
            accounts.teams.members(actor, team.id),
            accounts.teams.change(actor, team.id, name="Mine"),
            accounts.teams.delete(actor, team.id),
            accounts.teams.add_member(actor, team.id, actor.id, TeamRole.OWNER),
            accounts.teams.set_role(actor, team.id, ada.id, TeamRole.OWNER),
            accounts.teams.remove_member(actor, team.id, ada.id),
            accounts.teams.work_for(actor, team.id),
            accounts.projects.create(actor, team.id, "Mine"),
            accounts.projects.list(actor, team.id),
            accounts.projects.rename(actor, project.id, "Mine"),
            accounts.projects.delete(actor, project.id),
            accounts.keys.create(actor, NewKey("mine", project_id=project.id)),
            accounts.keys.of_project(actor, project.id),
        ):
            with pytest.raises(NotFound):
                await attempt
    with pytest.raises(Unauthenticated):
        await accounts.teams.delete(STRANGER, team.id)


async def test_a_team_of_another_is_not_there_for_a_team_s_owner(
    accounts: Accounts, build: Build, new_person: NewPerson
) -> None:
    team, _, ada = await build()
    _, other_lead, _ = await build()
    for attempt in (
        accounts.teams.get(other_lead, team.id),
        accounts.teams.remove_member(other_lead, team.id, ada.id),
        accounts.teams.delete(other_lead, team.id),
    ):
        with pytest.raises(NotFound):
            await attempt


async def test_a_member_sees_and_changes_nothing(accounts: Accounts, build: Build) -> None:
    team, lead, ada = await build()
    assert await accounts.teams.get(ada, team.id) == team
    assert [(one.person.id, one.role) for one in (await accounts.teams.members(ada, team.id)).values] == [
        (lead.id, TeamRole.OWNER),
        (ada.id, TeamRole.MEMBER),
    ]
    for attempt in (
        accounts.teams.change(ada, team.id, name="Mine"),
        accounts.teams.delete(ada, team.id),
        accounts.teams.set_role(ada, team.id, ada.id, TeamRole.OWNER),
        accounts.teams.remove_member(ada, team.id, lead.id),
        accounts.projects.create(ada, team.id, "Mine"),
    ):
        with pytest.raises(Refused):
            await attempt


async def test_only_who_looks_after_people_makes_teams(accounts: Accounts, new_person: NewPerson) -> None:
    ada, admin = await new_person("Ada"), await new_person("Admin", Role.ADMIN)
    with pytest.raises(Refused):
        await accounts.teams.create(ada, "Mine")
    with pytest.raises(Refused):
        await accounts.teams.list(ada)
    with pytest.raises(Invalid):
        await accounts.teams.create(admin, " ")
    team = await accounts.teams.create(admin, "Theirs")
    assert await accounts.teams.of_person(admin.id) == ((team, TeamRole.OWNER),)


async def test_a_team_s_admin_makes_nobody_an_owner(accounts: Accounts, build: Build, new_person: NewPerson) -> None:
    team, lead, ada = await build()
    bob = await new_person("Bob")
    await accounts.teams.set_role(lead, team.id, ada.id, TeamRole.ADMIN)
    await accounts.teams.add_member(ada, team.id, bob.id, TeamRole.REVIEWER)
    await accounts.teams.set_role(ada, team.id, bob.id, TeamRole.TRAINER)
    for attempt in (
        accounts.teams.set_role(ada, team.id, bob.id, TeamRole.ADMIN),
        accounts.teams.set_role(ada, team.id, lead.id, TeamRole.MEMBER),
        accounts.teams.remove_member(ada, team.id, lead.id),
        accounts.teams.change(ada, team.id, pays_for_members=True),
        accounts.teams.delete(ada, team.id),
    ):
        with pytest.raises(Refused):
            await attempt
    await accounts.teams.change(ada, team.id, name="Spinners")


async def test_a_team_s_last_owner_stays(accounts: Accounts, build: Build) -> None:
    team, lead, _ = await build()
    for attempt in (
        accounts.teams.remove_member(lead, team.id, lead.id),
        accounts.teams.set_role(lead, team.id, lead.id, TeamRole.MEMBER),
        accounts.people.remove(lead, lead.id),
    ):
        with pytest.raises(Conflict, match="owner"):
            await attempt


async def test_of_two_owners_who_leave_a_team_at_once_one_stays(
    accounts: Accounts, elsewhere: Accounts, build: Build
) -> None:
    team, lead, ada = await build()
    await accounts.teams.set_role(lead, team.id, ada.id, TeamRole.OWNER)
    outcomes = await asyncio.gather(
        accounts.teams.remove_member(lead, team.id, lead.id),
        elsewhere.teams.remove_member(ada, team.id, ada.id),
        return_exceptions=True,
    )
    assert sum(outcome is None for outcome in outcomes) == 1
    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 1


async def test_of_two_owners_of_a_team_who_demote_each_other_one_stays(
    accounts: Accounts, elsewhere: Accounts, build: Build
) -> None:
    team, lead, ada = await build()
    await accounts.teams.set_role(lead, team.id, ada.id, TeamRole.OWNER)
    outcomes = await asyncio.gather(
        accounts.teams.set_role(lead, team.id, ada.id, TeamRole.MEMBER),
        elsewhere.teams.set_role(ada, team.id, lead.id, TeamRole.MEMBER),
        return_exceptions=True,
    )
    assert sum(isinstance(outcome, HomespunError) for outcome in outcomes) == 1
    page = await accounts.teams.members(await accounts.ensure_owner(), team.id)
    roles = [member.role for member in page.values]
    assert roles.count(TeamRole.OWNER) == 1


async def test_who_is_added_twice_stays_what_they_are(accounts: Accounts, build: Build) -> None:
    team, lead, ada = await build()
    await accounts.teams.add_member(lead, team.id, ada.id, TeamRole.ADMIN)
    assert (await accounts.teams.members(lead, team.id)).values[1].role is TeamRole.MEMBER


async def test_visitors_and_the_removed_are_no_members(accounts: Accounts, build: Build, new_person: NewPerson) -> None:
    team, lead, _ = await build()
    visitor, gone = await new_person("Visitor", Role.VISITOR), await new_person("Gone")
    await accounts.people.remove(gone, gone.id)
    for person_id in (visitor.id, gone.id, "person_stranger"):
        with pytest.raises(NotFound):
            await accounts.teams.add_member(lead, team.id, person_id, TeamRole.MEMBER)


async def test_who_pays_for_a_key_of_ones_own(accounts: Accounts, build: Build, clock: FakeClock) -> None:
    team, lead, ada = await build()
    _, secret = await accounts.keys.create(ada, NewKey("mine"))
    caller = await accounts.identify(Credentials(bearer=secret))
    assert (caller.team_id, caller.project_id, caller.payer_id) == (team.id, None, ada.id)
    await accounts.teams.change(lead, team.id, pays_for_members=True)
    assert (await accounts.identify(Credentials(bearer=secret))).payer_id == team.id
    await accounts.teams.work_for(ada, None)
    alone = await accounts.identify(Credentials(bearer=secret))
    assert (alone.team_id, alone.payer_id) == (None, ada.id)


async def test_a_project_s_key_is_paid_by_its_team(accounts: Accounts, build: Build) -> None:
    team, lead, ada = await build()
    project = await accounts.projects.create(lead, team.id, " One ")
    assert await accounts.projects.list(ada, team.id) == (project,)
    await accounts.teams.work_for(ada, None)
    key, secret = await accounts.keys.create(ada, NewKey("ours", project_id=project.id))
    caller = await accounts.identify(Credentials(bearer=secret))
    assert (caller.person.id, caller.team_id, caller.project_id) == (ada.id, team.id, project.id)
    assert caller.payer_id == team.id
    [listed] = (await accounts.keys.of_project(lead, project.id)).values
    assert listed.id == key.id
    assert key.project_id == project.id


async def test_who_only_looks_after_a_team_makes_no_keys_in_it(accounts: Accounts, build: Build) -> None:
    team, lead, _ = await build()
    project = await accounts.projects.create(lead, team.id, "One")
    with pytest.raises(Refused, match="Join"):
        await accounts.keys.create(await accounts.ensure_owner(), NewKey("mine", project_id=project.id))


async def test_who_leaves_a_team_loses_its_keys_and_its_purse(
    accounts: Accounts, elsewhere: Accounts, build: Build
) -> None:
    team, lead, ada = await build()
    await accounts.teams.change(lead, team.id, pays_for_members=True)
    project = await accounts.projects.create(lead, team.id, "One")
    key, ours = await accounts.keys.create(ada, NewKey("ours", project_id=project.id))
    _, mine = await accounts.keys.create(ada, NewKey("mine"))
    before = [await elsewhere.identify(Credentials(bearer=secret)) for secret in (ours, mine)]
    await accounts.teams.remove_member(lead, team.id, ada.id)
    _, ended = await elsewhere.endings_after(0)
    assert key.id in ended
    assert all(not ended.isdisjoint(caller.subjects) for caller in before)
    for who in (accounts, elsewhere):
        with pytest.raises(KeyRevoked):
            await who.identify(Credentials(bearer=ours))
        assert (await who.identify(Credentials(bearer=mine))).payer_id == ada.id


async def test_a_project_s_key_without_a_membership_is_good_for_nothing(
    accounts: Accounts, build: Build, store: Store
) -> None:
    team, lead, ada = await build()
    project = await accounts.projects.create(lead, team.id, "One")
    _, secret = await accounts.keys.create(ada, NewKey("ours", project_id=project.id))
    async with store.write() as session:  # however that came about
        await session.execute(delete(MembershipRow).where(MembershipRow.person_id == ada.id))
    with pytest.raises(KeyRevoked, match="left the team"):
        await accounts.identify(Credentials(bearer=secret))


@pytest.mark.parametrize("what", ["project", "team"])
async def test_keys_end_with_their_project_and_with_their_team(
    accounts: Accounts, elsewhere: Accounts, build: Build, what: str
) -> None:
    team, lead, ada = await build()
    project = await accounts.projects.create(lead, team.id, "One")
    _, secret = await accounts.keys.create(ada, NewKey("ours", project_id=project.id))
    caller = await elsewhere.identify(Credentials(bearer=secret))
    await (accounts.projects.delete(lead, project.id) if what == "project" else accounts.teams.delete(lead, team.id))
    _, ended = await elsewhere.endings_after(0)
    assert not ended.isdisjoint(caller.subjects)
    for who in (accounts, elsewhere):
        with pytest.raises(KeyRevoked):
            await who.identify(Credentials(bearer=secret))
    with pytest.raises(NotFound):
        await accounts.keys.create(ada, NewKey("ours", project_id=project.id))


async def test_a_deleted_team_is_gone_for_everybody(accounts: Accounts, build: Build) -> None:
    team, lead, ada = await build()
    await accounts.teams.delete(lead, team.id)
    for actor in (lead, ada, await accounts.ensure_owner()):
        with pytest.raises(NotFound):
            await accounts.teams.get(actor, team.id)
    assert await accounts.teams.of_person(ada.id) == ()
    assert (await accounts.people.profile(ada.id)).current_team_id is None
    assert (await accounts.teams.list(await accounts.ensure_owner())).values == ()


async def test_a_project_s_keys_are_revoked_by_who_made_them_and_by_who_manages_it(
    accounts: Accounts, build: Build, new_person: NewPerson
) -> None:
    team, lead, ada = await build()
    bob = await new_person("Bob")
    await accounts.teams.add_member(lead, team.id, bob.id, TeamRole.TRAINER)
    project = await accounts.projects.create(lead, team.id, "One")
    keys = [(await accounts.keys.create(ada, NewKey("ours", project_id=project.id)))[0] for _ in range(3)]
    for actor in (bob, await new_person("Other")):
        with pytest.raises(NotFound):
            await accounts.keys.revoke(actor, keys[0].id)
    for actor, key in zip((ada, lead, await accounts.ensure_owner()), keys, strict=True):
        assert (await accounts.keys.revoke(actor, key.id)).revoked_at is not None


async def test_names_are_changed(accounts: Accounts, build: Build) -> None:
    team, lead, _ = await build()
    project = await accounts.projects.create(lead, team.id, "One")
    assert (await accounts.projects.rename(lead, project.id, "Two")).name == "Two"
    assert (await accounts.teams.change(lead, team.id, name="Spinners")).name == "Spinners"
