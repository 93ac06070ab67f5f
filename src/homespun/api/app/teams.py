"""Teams, for those who are in them: members, projects, invitations. What each may do is decided by `accounts`."""

from __future__ import annotations

from fastapi import APIRouter, Response

from homespun import accounts
from homespun.api.backend import Backend

from .guard import Cursor, Limit, Parts, Person, PersonRoute
from .keys import key_page
from .wire.people import Key, MyKeyPage
from .wire.teams import (
    Invitation,
    MadeInvitation,
    MemberChange,
    NewInvitation,
    NewMember,
    Project,
    ProjectName,
    Team,
    TeamChange,
    TeamMember,
    TeamMemberPage,
)

router = APIRouter(route_class=PersonRoute)


@router.get("/api/teams/{team_id}")
async def team(team_id: str, parts: Parts, person: Person) -> Team:
    """A team that one is in, or looks after."""
    return Team.of(await parts.accounts.teams.get(person, team_id))


@router.patch("/api/teams/{team_id}")
async def change_team(team_id: str, change: TeamChange, parts: Parts, person: Person) -> Team:
    """Renames a team, or decides whether it pays for its members."""
    changed = await parts.accounts.teams.change(
        person, team_id, name=change.name, pays_for_members=change.pays_for_members
    )
    return Team.of(changed)


@router.delete("/api/teams/{team_id}", status_code=204)
async def delete_team(team_id: str, parts: Parts, person: Person) -> None:
    """Ends a team, its memberships, and its projects with their keys and conversations."""
    gone = [project.id for project in await parts.accounts.projects.list(person, team_id)]
    await parts.accounts.teams.delete(person, team_id)
    await parts.journal.delete_of(gone)


@router.get("/api/teams/{team_id}/members")
async def members(team_id: str, parts: Parts, person: Person, cursor: Cursor = "", limit: Limit = 50) -> TeamMemberPage:
    """Who is in the team, the longest first."""
    page = await parts.accounts.teams.members(person, team_id, cursor=cursor, limit=limit)
    return TeamMemberPage(members=[_member(one) for one in page.values], next_cursor=page.next_cursor or None)


@router.post("/api/teams/{team_id}/members", status_code=204)
async def add_member(team_id: str, new: NewMember, parts: Parts, person: Person) -> None:
    """Makes somebody who is here already a member."""
    await parts.accounts.teams.add_member(person, team_id, new.person_id, new.role)


@router.patch("/api/teams/{team_id}/members/{person_id}", status_code=204)
async def change_member(team_id: str, person_id: str, change: MemberChange, parts: Parts, person: Person) -> None:
    """Gives a member another role."""
    await parts.accounts.teams.set_role(person, team_id, person_id, change.role)


@router.delete("/api/teams/{team_id}/members/{person_id}", status_code=204)
async def remove_member(team_id: str, person_id: str, parts: Parts, person: Person) -> None:
    """Ends a membership; everybody may end their own."""
    await parts.accounts.teams.remove_member(person, team_id, person_id)


@router.get("/api/teams/{team_id}/invitations")
async def invitations(team_id: str, parts: Parts, person: Person) -> list[Invitation]:
    """The newest 500, the used and revoked ones too."""
    return [Invitation.of(one) for one in await parts.accounts.invitations.list(person, team_id=team_id)]


@router.post("/api/teams/{team_id}/invitations", status_code=201)
async def invite(team_id: str, new: NewInvitation, response: Response, parts: Parts, person: Person) -> MadeInvitation:
    """Invites somebody into the team."""
    return await invited(parts, person, new, team_id, response)


@router.delete("/api/invitations/{invitation_id}")
async def revoke_invitation(invitation_id: str, parts: Parts, person: Person) -> Invitation:
    """Ends an invitation that hasn't been used."""
    return Invitation.of(await parts.accounts.invitations.revoke(person, invitation_id))


@router.get("/api/teams/{team_id}/projects")
async def projects(team_id: str, parts: Parts, person: Person) -> list[Project]:
    """The team's projects, oldest first."""
    return [Project.of(one) for one in await parts.accounts.projects.list(person, team_id)]


@router.post("/api/teams/{team_id}/projects", status_code=201)
async def make_project(team_id: str, new: ProjectName, parts: Parts, person: Person) -> Project:
    """Makes a project. Keys for it are made with POST /api/me/keys."""
    return Project.of(await parts.accounts.projects.create(person, team_id, new.name))


@router.patch("/api/projects/{project_id}")
async def rename_project(project_id: str, change: ProjectName, parts: Parts, person: Person) -> Project:
    """Gives a project another name."""
    return Project.of(await parts.accounts.projects.rename(person, project_id, change.name))


@router.delete("/api/projects/{project_id}", status_code=204)
async def delete_project(project_id: str, parts: Parts, person: Person) -> None:
    """Ends a project with its keys and conversations, and what is being answered in it."""
    await parts.accounts.projects.delete(person, project_id)
    await parts.journal.delete_of([project_id])


@router.get("/api/projects/{project_id}/keys")
async def project_keys(
    project_id: str, parts: Parts, person: Person, cursor: Cursor = "", limit: Limit = 50
) -> MyKeyPage:
    """The project's keys, whoever made them; newest first."""
    return key_page(await parts.accounts.keys.of_project(person, project_id, cursor=cursor, limit=limit))


@router.delete("/api/projects/{project_id}/keys/{key_id}")
async def revoke_project_key(project_id: str, key_id: str, parts: Parts, person: Person) -> Key:
    """Ends a key of the project."""
    await parts.accounts.keys.one_of_project(person, project_id, key_id)
    return Key.of(await parts.accounts.keys.revoke(person, key_id))


async def invited(
    parts: Backend, person: accounts.Person, new: NewInvitation, team_id: str | None, response: Response
) -> MadeInvitation:
    """A new invitation, to a team or to the installation; an answer with its token isn't kept."""
    wanted = accounts.NewInvitation(new.email, new.role, team_id, new.team_role)
    invitation, token = await parts.accounts.invitations.create(person, wanted, locale=new.locale)
    response.headers["cache-control"] = "no-store"
    return MadeInvitation(invitation=Invitation.of(invitation), token=token)


def _member(one: accounts.Member) -> TeamMember:
    return TeamMember(person_id=one.person.id, name=one.person.name, role=one.role, since=one.since)
