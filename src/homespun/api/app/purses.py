"""Whose money a call is about: one's own, or that of a team whose money one may see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from homespun.api.team_money import may_see_money
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
    if not await may_see_money(parts.accounts, person, team_id):
        raise Refused("You may not see what this team has and pays. Ask one of its owners.")
    request.state.purse = Wallet(team_id, Whose(team_id=team_id))


def _purse(request: Request) -> Wallet:
    purse: Wallet = request.state.purse
    return purse


Purse = Annotated[Wallet, Depends(_purse)]
