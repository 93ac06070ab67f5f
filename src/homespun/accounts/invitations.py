"""Invitations: leave for one person to join the installation, a team, or both. Each is as good as whoever made it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from homespun.core.clock import Clock
from homespun.core.errors import Conflict, Invalid, NotFound, Refused, RegistrationClosed, Unauthenticated
from homespun.core.ids import new_id
from homespun.store import Store

from . import access, lifetimes, memberships, proofs
from .destinations import Channel, Destination, destination
from .letters import invitation_letter
from .memory import Memory
from .permissions import LOOKS_AFTER_PEOPLE, TeamAction, may_act_on_member, may_grant
from .registrar import Registrar
from .senders import Courier
from .sessions import Sessions
from .settings import Registration, Settings
from .tables import InvitationRow, PersonRow, TeamRow
from .values import Device, Invitation, Person, Role, TeamRole

_GONE = "This invitation has been used or revoked, or is too old. Ask whoever invited you for another."
_LISTED = 500


@dataclass(frozen=True, slots=True)
class NewInvitation:
    """Whom to invite, and to what."""

    email: str | None = None
    """Where to send the link; none: whoever has it."""
    role: Role = Role.MEMBER
    """What somebody who is new becomes."""
    team_id: str | None = None
    team_role: TeamRole = TeamRole.MEMBER


class Invitations:
    """Makes, lists, revokes and accepts invitations."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        memory: Memory,
        sessions: Sessions,
        registrar: Registrar,
        courier: Courier,
        settings: Settings,
    ) -> None:
        self._store = store
        self._clock = clock
        self._memory = memory
        self._sessions = sessions
        self._registrar = registrar
        self._courier = courier
        self._settings = settings

    async def create(self, actor: Person, new: NewInvitation, *, locale: str = "") -> tuple[Invitation, str | None]:
        """An invitation, and its link's token unless it is sent by e-mail: then only who reads that is to have it.

        Raises `RegistrationClosed`, `Refused`, `NotFound`, `Invalid`.
        """
        if self._settings.registration is Registration.CLOSED:
            raise RegistrationClosed(
                "Registration is closed. Set accounts.registration to invitation to invite people."
            )
        to = self._mailbox(new.email)
        token, now = proofs.new_secret(), self._clock.now()
        row = _row(actor, new, to, token, now, timedelta(days=self._settings.invitation_days))
        async with self._store.write() as session:
            inviter = await access.actor(session, actor)
            await _require_may_invite(session, inviter, row)
            session.add(row)
            team = await session.get(TeamRow, new.team_id) if new.team_id else None
        if to is None:
            return row.as_invitation(), token
        self._mail(to, token, inviter.name, team.name if team else "", locale)
        return row.as_invitation(), None

    def link(self, token: str) -> str:
        """What to open in a browser. The token comes after the #, which browsers send to nobody."""
        return f"{self._settings.web_url.rstrip('/')}/invitation#token={token}"

    async def list(self, actor: Person, *, team_id: str | None = None) -> tuple[Invitation, ...]:
        """The newest 500, of a team or of all; the used and revoked ones too. Raises `Refused`, `NotFound`."""
        async with self._store.read() as session:
            await _require_may_see(session, actor, team_id)
            which: list[ColumnElement[bool]] = [InvitationRow.team_id == team_id] if team_id else []
            newest_first = (InvitationRow.created_at.desc(), InvitationRow.id.desc())
            rows = await session.scalars(select(InvitationRow).where(*which).order_by(*newest_first).limit(_LISTED))
            return tuple(row.as_invitation() for row in rows)

    async def revoke(self, actor: Person, invitation_id: str) -> Invitation:
        """Ends one that hasn't been used. Raises `NotFound`, `Refused`, `Conflict`."""
        async with self._store.write() as session:
            acting = await access.actor(session, actor)
            row = await session.get(InvitationRow, invitation_id, with_for_update=True)
            if row is None:
                raise NotFound("There is no such invitation.")
            if row.invited_by_id != acting.id:
                await _require_may_see(session, acting, row.team_id)
            if row.used_at:
                raise Conflict("This invitation has been used already. Remove the person instead.")
            row.revoked_at = row.revoked_at or self._clock.now()
            return row.as_invitation()

    async def look_up(self, token: str) -> Invitation:
        """What an invitation is for, before it is accepted. Raises `NotFound`."""
        async with self._store.read() as session:
            return (await self._good(session, token)).as_invitation()

    async def accept(self, token: str, device: Device, *, name: str) -> tuple[Person, str]:
        """Makes a new person, once, and signs them in.

        Raises `NotFound` for one that isn't good any more, `Invalid`, and `Conflict` where the e-mail address is
        somebody's who is here already: they sign in first and call `accept_as`.
        """
        async with self._store.write() as session:
            invitation = await self._good(session, token, is_used_now=True)
            inviter = await _still_allowed(session, invitation)
            if inviter.role not in LOOKS_AFTER_PEOPLE:
                raise RegistrationClosed("This invitation is for people who are here already. Sign in first.")
            where = destination(invitation.email) if invitation.email else None
            row = await self._registrar.add(session, where, name=name)
            row.role = invitation.role
            await self._take(session, invitation, row)
            return self._sessions.enter(session, row, device)

    async def accept_as(self, person: Person, token: str) -> Person:
        """Lets somebody who is here already into the invitation's team, once. Their role here stays as it is.

        Raises `NotFound` for one that isn't good any more, and for one that was sent to another's address.
        """
        async with self._store.write() as session:
            invitation = await self._good(session, token, is_used_now=True)
            await _still_allowed(session, invitation)
            acting = await access.actor(session, person)
            row = await session.get_one(PersonRow, acting.id, with_for_update=True)
            if row.role == Role.VISITOR or (invitation.email and invitation.email != row.email):
                raise NotFound(_GONE)
            await self._take(session, invitation, row)
        self._memory.forget({row.id})
        return row.as_person()

    async def _good(self, session: AsyncSession, token: str, *, is_used_now: bool = False) -> InvitationRow:
        found = select(InvitationRow).where(
            InvitationRow.digest == proofs.digest(token),
            InvitationRow.used_at.is_(None),
            InvitationRow.revoked_at.is_(None),
            lifetimes.alive(InvitationRow.created_at, InvitationRow.expires_at, self._clock.now()),
        )
        row = await session.scalar(found.with_for_update() if is_used_now else found)
        if row is None:
            raise NotFound(_GONE)
        return row

    async def _take(self, session: AsyncSession, invitation: InvitationRow, person: PersonRow) -> None:
        now = self._clock.now()
        invitation.used_at, invitation.used_by_id = now, person.id
        if invitation.team_id and invitation.team_role:
            await memberships.join(session, invitation.team_id, person, TeamRole(invitation.team_role), now)
        await session.flush()

    def _mailbox(self, email: str | None) -> Destination | None:
        if email is None:
            return None
        where = destination(email)
        if where.channel is not Channel.EMAIL:
            raise Invalid("An invitation is sent by e-mail, or handed over as a link.", param="email")
        if not self._courier.can_reach(where.channel):
            raise Refused("No e-mail is sent here. Invite by a link, or set accounts.email.")
        return where

    def _mail(self, to: Destination, token: str, inviter: str, team: str, locale: str) -> None:
        link, days = self.link(token), round(self._settings.invitation_days)
        self._courier.post(invitation_letter(to, link, inviter=inviter, team=team, days=days, locale=locale))


def _row(
    actor: Person, new: NewInvitation, to: Destination | None, token: str, now: datetime, life: timedelta
) -> InvitationRow:
    return InvitationRow(
        id=new_id("invitation"),
        digest=proofs.digest(token),
        email=to.address if to else None,
        role=new.role,
        team_id=new.team_id,
        team_role=new.team_role if new.team_id else None,
        invited_by_id=actor.id,
        created_at=now,
        expires_at=now + life,
    )


async def _require_may_invite(session: AsyncSession, inviter: Person, row: InvitationRow) -> None:
    """Who looks after people invites to the installation; who manages a team's members invites to that."""
    if row.team_id:
        role = await access.require_team(session, inviter, row.team_id, TeamAction.MANAGE_MEMBERS)
        if row.team_role is None or not may_act_on_member(role, TeamRole(row.team_role)):
            raise Refused(f"You may not make anybody {row.team_role} of this team. Ask one of its owners.")
    if not row.team_id or inviter.role in LOOKS_AFTER_PEOPLE or row.role != Role.MEMBER:
        access.require_looking_after_people(inviter)
        if not may_grant(inviter.role, Role(row.role)):
            raise Refused(f"You may not make anybody {row.role}. Ask an owner.")


async def _still_allowed(session: AsyncSession, row: InvitationRow) -> Person:
    """Whoever made the invitation, if they might make it today."""
    try:
        made_by = await session.get_one(PersonRow, row.invited_by_id)
        inviter = await access.actor(session, made_by.as_person())
        await _require_may_invite(session, inviter, row)
    except (Refused, NotFound, Unauthenticated):
        raise NotFound(_GONE) from None
    return inviter


async def _require_may_see(session: AsyncSession, actor: Person, team_id: str | None) -> None:
    if team_id:
        await access.require_team(session, actor, team_id, TeamAction.MANAGE_MEMBERS)
    else:
        access.require_looking_after_people(actor)
