"""The person who is signed in: their profile, their password, where they are signed in."""

from __future__ import annotations

from fastapi import APIRouter

from homespun import accounts

from .guard import Caller, Device, GuardedRoute, Parts, Person, PersonRoute
from .wire.people import Me, MeChange, NewPassword, Session

router = APIRouter(route_class=GuardedRoute)
personal = APIRouter(route_class=PersonRoute)


@router.get("/api/me")
async def me(parts: Parts, caller: Caller) -> Me:
    """Who is signed in."""
    profile = await parts.accounts.people.profile(caller.person.id)
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
