"""One's own API keys."""

from __future__ import annotations

from datetime import UTC, datetime

from fastapi import APIRouter, Response

from homespun import accounts
from homespun.core.errors import NotFound

from .guard import Parts, Person, PersonRoute
from .wire.people import Key, MadeKey, NewKey

router = APIRouter(route_class=PersonRoute)


@router.get("/api/me/keys")
async def keys(parts: Parts, person: Person) -> list[Key]:
    """One's own keys, those of projects too; newest first, with the revoked ones."""
    return [Key.of(key) for key in await parts.accounts.keys.of_person(person.id)]


@router.post("/api/me/keys", status_code=201)
async def make_key(new: NewKey, response: Response, parts: Parts, person: Person) -> MadeKey:
    """Makes a key. Its secret is shown this once."""
    key, secret = await parts.accounts.keys.create(person, _wanted(new))
    response.headers["location"] = f"/api/me/keys/{key.id}"
    response.headers["cache-control"] = "no-store"
    return MadeKey(key=Key.of(key), secret=secret)


@router.get("/api/me/keys/{key_id}")
async def get_key(key_id: str, parts: Parts, person: Person) -> Key:
    """One of one's own keys."""
    return Key.of(await _own(parts.accounts, person, key_id))


@router.delete("/api/me/keys/{key_id}")
async def revoke_key(key_id: str, parts: Parts, person: Person) -> Key:
    """Ends a key for good, and what is being streamed to it."""
    await _own(parts.accounts, person, key_id)
    return Key.of(await parts.accounts.keys.revoke(person, key_id))


async def _own(house: accounts.Accounts, person: accounts.Person, key_id: str) -> accounts.ApiKey:
    """Raises `NotFound` for others' keys, whatever power one has over them elsewhere."""
    for key in await house.keys.of_person(person.id):
        if key.id == key_id:
            return key
    raise NotFound("There is no such key, or it isn't yours.")


def _wanted(new: NewKey) -> accounts.NewKey:
    budget = new.budget
    return accounts.NewKey(
        name=new.name,
        scopes=frozenset(new.scopes),
        models=tuple(new.models),
        budget=accounts.Budget(budget.micros, accounts.Period(budget.period)) if budget else None,
        expires_at=aware(new.expires_at),
        networks=tuple(new.networks),
        project_id=new.project_id,
    )


def aware(moment: datetime | None) -> datetime | None:
    """A time without a zone is in UTC."""
    return moment.replace(tzinfo=UTC) if moment and moment.tzinfo is None else moment
