"""Who shares a project's conversations, and who pays for what is asked in them."""

from __future__ import annotations

import pytest

from homespun.accounts import Accounts, Caller, Person, Project, Role, Team, TeamRole
from homespun.core.errors import NotFound
from homespun.store import Store

from .conftest import NewPerson
from .test_teams import Build, build

__all__ = ["build"]


async def projects_of(accounts: Accounts, store: Store, person: Person) -> tuple[set[str], set[str]]:
    """Those that they read, and those that they look after."""
    async with store.read() as session:
        shared = await session.scalars(accounts.projects.shared_with(person.id))
        managed = await session.scalars(accounts.projects.managed_by(person.id))
        return set(shared), set(managed)


async def with_project(accounts: Accounts, build: Build) -> tuple[Team, Project, Person, Person]:
    team, lead, ada = await build()
    return team, await accounts.projects.create(lead, team.id, "One"), lead, ada


async def test_strangers_share_nothing_nor_do_those_who_only_look_after_the_team(
    accounts: Accounts, store: Store, build: Build, new_person: NewPerson
) -> None:
    _, project, _, _ = await with_project(accounts, build)
    root = await accounts.ensure_owner()
    for person in (
        await new_person("Other"),
        await new_person("Visitor", Role.VISITOR),
        await new_person("Admin", Role.ADMIN),
        root,
    ):
        assert await projects_of(accounts, store, person) == (set(), set())
        assert await accounts.projects.joined(person.id) == ()
        with pytest.raises(NotFound):
            await accounts.projects.entered(Caller(person), project.id)


async def test_all_roles_share_a_project_and_owners_and_admins_look_after_it(
    accounts: Accounts, store: Store, build: Build, new_person: NewPerson
) -> None:
    team, project, lead, _ = await with_project(accounts, build)
    for role in TeamRole:
        person = await new_person(role.value)
        await accounts.teams.add_member(lead, team.id, person.id, role)
        managed = {project.id} if role in (TeamRole.OWNER, TeamRole.ADMIN) else set()
        assert await projects_of(accounts, store, person) == ({project.id}, managed)
        [joined] = await accounts.projects.joined(person.id)
        assert (joined.project, joined.team, joined.role) == (project, team, role)


async def test_whoever_leaves_shares_it_no_more(accounts: Accounts, store: Store, build: Build) -> None:
    team, project, lead, ada = await with_project(accounts, build)
    await accounts.teams.remove_member(lead, team.id, ada.id)
    assert await projects_of(accounts, store, ada) == (set(), set())
    assert await projects_of(accounts, store, lead) == ({project.id}, {project.id})


async def test_whoever_is_removed_shares_nothing_and_the_others_go_on(
    accounts: Accounts, store: Store, build: Build
) -> None:
    _, project, lead, ada = await with_project(accounts, build)
    await accounts.people.remove(await accounts.ensure_owner(), ada.id)
    assert await projects_of(accounts, store, ada) == (set(), set())
    assert (await projects_of(accounts, store, lead))[0] == {project.id}


@pytest.mark.parametrize("what", ["project", "team"])
async def test_nobody_shares_what_is_deleted_and_every_process_is_told(
    accounts: Accounts, elsewhere: Accounts, store: Store, build: Build, what: str
) -> None:
    team, project, lead, ada = await with_project(accounts, build)
    await (accounts.projects.delete(lead, project.id) if what == "project" else accounts.teams.delete(lead, team.id))
    for person in (lead, ada):
        assert await projects_of(accounts, store, person) == (set(), set())
    assert project.id in (await elsewhere.endings_after(0))[1]


async def test_in_a_project_its_team_pays_if_it_pays_for_its_members(accounts: Accounts, build: Build) -> None:
    team, project, lead, ada = await with_project(accounts, build)
    caller = await accounts.projects.entered(Caller(ada, session_id="s", team_id="another", team_pays=True), project.id)
    assert (caller.team_id, caller.project_id, caller.payer_id) == (team.id, project.id, ada.id)
    await accounts.teams.change(lead, team.id, pays_for_members=True)
    caller = await accounts.projects.entered(Caller(ada, session_id="s"), project.id)
    assert (caller.payer_id, caller.session_id) == (team.id, "s")
    assert {team.id, project.id, f"{team.id}:{ada.id}"} <= set(caller.subjects)


async def test_projects_are_listed_by_team_the_oldest_first(accounts: Accounts, new_person: NewPerson) -> None:
    root, ada = await accounts.ensure_owner(), await new_person("Ada")
    for name in ("Weavers", "Dyers"):
        team = await accounts.teams.create(root, name)
        await accounts.teams.add_member(root, team.id, ada.id, TeamRole.MEMBER)
        for project in ("B", "A"):
            await accounts.projects.create(root, team.id, project)
    joined = await accounts.projects.joined(ada.id)
    assert [one.team.name for one in joined] == ["Dyers", "Dyers", "Weavers", "Weavers"]
    assert {one.project.name for one in joined[:2]} == {"A", "B"}
