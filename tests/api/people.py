"""People for tests of the API, each with a browser that is signed in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx

from homespun.accounts import Device, Person, Role
from tests.ring.houses import Home


@dataclass
class Visitor:
    """Somebody with a browser of their own."""

    person: Person
    browser: httpx.AsyncClient


async def arrived(home: Home, name: str, role: Role = Role.MEMBER) -> tuple[Person, str]:
    """Somebody new, and their session's token."""
    people, sessions = home.house.accounts.people, home.house.accounts.sessions
    async with home.house.store.write() as session:
        row = people.add(session, name, role)
        await session.flush()
        return row.as_person(), sessions.start(session, row.id, Device("192.0.2.1", "test"))


@asynccontextmanager
async def signed_in(home: Home, name: str, role: Role = Role.MEMBER) -> AsyncIterator[Visitor]:
    """Somebody new, with their browser."""
    person, token = await arrived(home, name, role)
    async with home.client() as client:
        client.cookies.set("homespun_session", token)
        yield Visitor(person, client)
