"""The person who is signed in: their profile, their password, where they are signed in."""

from __future__ import annotations

from fastapi import APIRouter

from homespun import accounts

from .guard import Caller, Device, GuardedRoute, Parts, Person, PersonRoute
from .wire.people import (
    CodeRequest,
    ContactCode,
    CurrentTeam,
    InvitationToken,
    Me,
    MeChange,
    MyTeam,
    NewPassword,
    Session,
)

router = APIRouter(route_class=GuardedRoute)
personal = APIRouter(route_class=PersonRoute)


@router.get("/api/me")
async def me(parts: Parts, caller: Caller) -> Me:
    """Who is signed in."""
    profile = await parts.accounts.people.profile(caller.person.id)
    teams = await parts.accounts.teams.of_person(caller.person.id)
    person = profile.person
    return Me(
        id=person.id,
        name=person.name,
        role=person.role,
        kind=person.kind,
        locale=person.locale,
        email=profile.email,
        phone=profile.phone,
        has_password=profile.has_password,
        is_admin=caller.is_admin,
        teams=[my_team(team, role) for team, role in teams],
        current_team_id=caller.team_id,
        payer_id=caller.payer_id,
    )


@router.patch("/api/me")
async def change_me(change: MeChange, parts: Parts, caller: Caller) -> Me:
    """Changes what one says of oneself."""
    await parts.accounts.people.change(caller.person.id, name=change.name, locale=change.locale)
    return await me(parts, caller)


@personal.post("/api/me/password", status_code=204)
async def set_password(new: NewPassword, parts: Parts, caller: Caller, device: Device) -> None:
    """Sets a password, and ends all other sessions."""
    await parts.accounts.passwords.set(
        caller.person.id, new.new, old=new.old, device=device, kept_session_id=caller.session_id
    )


@personal.post("/api/me/contacts", status_code=204)
async def send_contact_code(wanted: CodeRequest, parts: Parts, device: Device) -> None:
    """Sends a code to an e-mail address or phone that one wants to add."""
    await parts.accounts.codes.request_to_add(wanted.to, device, locale=wanted.locale)


@personal.put("/api/me/contacts")
async def add_contact(given: ContactCode, parts: Parts, caller: Caller, device: Device) -> Me:
    """Makes an e-mail address or phone one's own, by the code that was sent there."""
    await parts.accounts.codes.add(caller.person.id, given.to, given.code, device)
    return await me(parts, caller)


@personal.put("/api/me/current-team", status_code=204)
async def work_for(current: CurrentTeam, parts: Parts, person: Person) -> None:
    """Chooses the team that one works for."""
    await parts.accounts.teams.work_for(person, current.team_id)


@personal.post("/api/me/invitations", status_code=204)
async def accept_invitation(given: InvitationToken, parts: Parts, person: Person) -> None:
    """Joins a team that one was invited to."""
    await parts.accounts.invitations.accept_as(person, given.token)


@router.get("/api/me/sessions")
async def sessions(parts: Parts, caller: Caller) -> list[Session]:
    """Where one is signed in, the session seen last first."""
    return [_shown(one, caller) for one in await parts.accounts.sessions.list(caller.person.id)]


@router.delete("/api/me/sessions", status_code=204)
async def end_other_sessions(parts: Parts, caller: Caller) -> None:
    """Signs out everywhere but here."""
    await parts.accounts.sessions.end_others(caller.person.id, caller.session_id)


@router.delete("/api/me/sessions/{session_id}", status_code=204)
async def end_session(session_id: str, parts: Parts, person: Person) -> None:
    """Signs out in one place."""
    await parts.accounts.sessions.end(person.id, session_id)


def my_team(team: accounts.Team, role: accounts.TeamRole) -> MyTeam:
    """A team, and what somebody is in it."""
    return MyTeam(id=team.id, name=team.name, role=role, pays_for_members=team.pays_for_members)


def _shown(one: accounts.Session, caller: accounts.Caller) -> Session:
    return Session(
        id=one.id,
        address=one.device.address,
        user_agent=one.device.user_agent,
        created_at=one.created_at,
        last_seen_at=one.last_seen_at,
        expires_at=one.expires_at,
        is_current=one.id == caller.session_id,
    )
