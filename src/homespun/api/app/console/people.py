"""People, invitations, teams and keys, for owners and admins. What each may do is decided by `accounts`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from homespun import accounts
from homespun.accounts import PersonKind
from homespun.api.app.guard import AdminRoute, Cursor, Limit, Parts, Person
from homespun.api.app.me import my_team
from homespun.api.app.teams import invited
from homespun.api.app.wire import console as wire
from homespun.api.app.wire.people import Key
from homespun.api.app.wire.teams import Invitation, MadeInvitation, NewInvitation, NewTeam, Team, TeamPage

router = APIRouter(prefix="/api/console", route_class=AdminRoute)

Search = Annotated[str, Query(max_length=200)]


@router.get("/people")
async def people(
    parts: Parts,
    person: Person,
    search: Search = "",
    kind: PersonKind = PersonKind.PERSON,
    cursor: Cursor = "",
    limit: Limit = 50,
) -> wire.PersonPage:
    """People whose name or e-mail address begins so, newest first."""
    page = await parts.accounts.people.list(person, search=search, kind=kind, cursor=cursor, limit=limit)
    return wire.PersonPage(people=[_line(one) for one in page.values], next_cursor=page.next_cursor or None)


@router.get("/people/{person_id}")
async def one_person(person_id: str, parts: Parts) -> wire.PersonDetails:
    """One person."""
    return await _details(parts, await parts.accounts.people.profile(person_id))


@router.patch("/people/{person_id}")
async def set_role(person_id: str, change: wire.RoleChange, parts: Parts, person: Person) -> wire.PersonDetails:
    """Gives a person another role."""
    await parts.accounts.people.set_role(person, person_id, change.role)
    return await _details(parts, await parts.accounts.people.profile(person_id))


@router.post("/people/{person_id}/ban")
async def ban(person_id: str, parts: Parts, person: Person) -> wire.PersonDetails:
    """Keeps somebody out; what they still read ends within a second."""
    return await _details(parts, await parts.accounts.people.ban(person, person_id))


@router.delete("/people/{person_id}/ban")
async def unban(person_id: str, parts: Parts, person: Person) -> wire.PersonDetails:
    """Lets them in again."""
    return await _details(parts, await parts.accounts.people.unban(person, person_id))


@router.delete("/people/{person_id}", status_code=204)
async def remove(person_id: str, parts: Parts, person: Person) -> None:
    """Removes somebody for good."""
    await parts.accounts.people.remove(person, person_id)


@router.get("/invitations")
async def invitations(parts: Parts, person: Person) -> list[Invitation]:
    """The newest 500, those to teams too."""
    return [Invitation.of(one) for one in await parts.accounts.invitations.list(person)]


@router.post("/invitations", status_code=201)
async def invite(new: NewInvitation, response: Response, parts: Parts, person: Person) -> MadeInvitation:
    """Invites somebody to the installation."""
    return await invited(parts, person, new, None, response)


@router.delete("/invitations/{invitation_id}")
async def revoke_invitation(invitation_id: str, parts: Parts, person: Person) -> Invitation:
    """Ends an invitation that hasn't been used."""
    return Invitation.of(await parts.accounts.invitations.revoke(person, invitation_id))


@router.get("/teams")
async def teams(parts: Parts, person: Person, cursor: Cursor = "", limit: Limit = 50) -> TeamPage:
    """All teams, newest first; each has its own addresses under /api/teams."""
    page = await parts.accounts.teams.list(person, cursor=cursor, limit=limit)
    return TeamPage(teams=[Team.of(team) for team in page.values], next_cursor=page.next_cursor or None)


@router.post("/teams", status_code=201)
async def make_team(new: NewTeam, parts: Parts, person: Person) -> Team:
    """Makes a team and owns it."""
    return Team.of(await parts.accounts.teams.create(person, new.name, pays_for_members=new.pays_for_members))


@router.get("/keys")
async def keys(
    parts: Parts, person: Person, owner_id: Cursor = "", cursor: Cursor = "", limit: Limit = 50
) -> wire.KeyPage:
    """Everybody's keys or one person's."""
    page = await parts.accounts.keys.list(person, owner_id=owner_id, cursor=cursor, limit=limit)
    owners = await parts.accounts.people.names(key.owner_id for key in page.values)
    return wire.KeyPage(keys=[Key.of(key) for key in page.values], next_cursor=page.next_cursor or None, owners=owners)


@router.delete("/keys/{key_id}")
async def revoke_key(key_id: str, parts: Parts, person: Person) -> Key:
    """Ends a key of somebody whom one has power over."""
    return Key.of(await parts.accounts.keys.revoke(person, key_id))


async def _details(parts: Parts, profile: accounts.Profile) -> wire.PersonDetails:
    teams = await parts.accounts.teams.of_person(profile.person.id)
    return wire.PersonDetails(
        **_line(profile).model_dump(),
        locale=profile.person.locale,
        has_password=profile.has_password,
        teams=[my_team(team, role) for team, role in teams],
    )


def _line(profile: accounts.Profile) -> wire.PersonLine:
    person = profile.person
    return wire.PersonLine(
        id=person.id,
        name=person.name,
        role=person.role,
        kind=person.kind,
        status=profile.status,
        email=profile.email,
        phone=profile.phone,
        created_at=profile.created_at,
    )
