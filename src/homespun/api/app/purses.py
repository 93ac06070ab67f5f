"""Whose money a call is about: one's own, or that of a team whose money one may see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from homespun import accounts
from homespun.accounts import Role, TeamAction, TeamRole, may_in_team
from homespun.api.backend import Backend
from homespun.billing import Whose
from homespun.core.errors import Refused

from .guard import Parts, Person


@dataclass(frozen=True, slots=True)
class Wallet:
    """A wallet, and whose usage goes with it."""

    holder_id: str
    whose: Whose


def own_purse(request: Request, person: Person) -> None:
    """For routes about the caller."""
    request.state.purse = Wallet(person.id, Whose(person_id=person.id))


async def team_purse(team_id: str, request: Request, parts: Parts, person: Person) -> None:
    """For routes about a team. Raises `NotFound` to strangers, `Refused` to members who may not see its money."""
    await require_money(parts, person, team_id)
    request.state.purse = Wallet(team_id, Whose(team_id=team_id))


async def require_money(parts: Backend, person: accounts.Person, team_id: str) -> None:
    """Who looks after teams without being in them doesn't look after their money, unless they own the installation.

    Raises `NotFound`, `Refused`.
    """
    await parts.accounts.teams.get(person, team_id)
    roles = {team.id: role for team, role in await parts.accounts.teams.of_person(person.id)}
    role = TeamRole.OWNER if person.role is Role.OWNER else roles.get(team_id)
    if not may_in_team(role, TeamAction.SEE_MONEY):
        raise Refused("You may not see what this team has and pays. Ask one of its owners.")


def _purse(request: Request) -> Wallet:
    purse: Wallet = request.state.purse
    return purse


Purse = Annotated[Wallet, Depends(_purse)]
