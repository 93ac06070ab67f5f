"""One's own API keys."""

from __future__ import annotations

from datetime import UTC, datetime

from fastapi import APIRouter, Response

from homespun import accounts

from .guard import Cursor, Limit, Parts, Person, PersonRoute
from .wire.people import Key, MadeKey, MyKeyPage, NewKey

router = APIRouter(route_class=PersonRoute)


@router.get("/api/me/keys")
async def keys(parts: Parts, person: Person, cursor: Cursor = "", limit: Limit = 50) -> MyKeyPage:
    """One's own keys, those of projects too; newest first, with the revoked ones."""
    return key_page(await parts.accounts.keys.of_person(person.id, cursor=cursor, limit=limit))


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
    return Key.of(await parts.accounts.keys.one_of_person(person.id, key_id))


@router.delete("/api/me/keys/{key_id}")
async def revoke_key(key_id: str, parts: Parts, person: Person) -> Key:
    """Ends a key for good, and what is being streamed to it."""
    await parts.accounts.keys.one_of_person(person.id, key_id)
    return Key.of(await parts.accounts.keys.revoke(person, key_id))


def key_page(page: accounts.Page[accounts.ApiKey]) -> MyKeyPage:
    """Some keys, and how to ask for those that come after."""
    return MyKeyPage(keys=[Key.of(key) for key in page.values], next_cursor=page.next_cursor or None)


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
