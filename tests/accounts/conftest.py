"""Accounts on a fresh database for every test."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta

import pytest

from homespun.accounts import Accounts, Credentials, Person, Role, Settings
from homespun.core.clock import FakeClock
from homespun.store import Store


class JumpingClock(FakeClock):
    """A clock whose hands somebody moves; durations are measured as before."""

    def __init__(self) -> None:
        super().__init__()
        self._jumped = timedelta()

    def now(self) -> datetime:
        return super().now() + self._jumped

    def jump(self, seconds: float) -> None:
        """Moves the hands, forward or back."""
        self._jumped += timedelta(seconds=seconds)


@pytest.fixture
def jumping() -> JumpingClock:
    return JumpingClock()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


QUICK = Settings(password_memory_kib=8, password_passes=1)
"""Passwords cost next to nothing."""


@pytest.fixture
def accounts(store: Store, clock: FakeClock) -> Accounts:
    return Accounts(store, clock, QUICK)


@pytest.fixture
async def elsewhere(store: Store, url: str, clock: FakeClock) -> AsyncIterator[Accounts]:
    """The accounts of another process on the same database."""
    other = Store(url)
    yield Accounts(other, clock, QUICK)
    await other.close()


NewPerson = Callable[..., Awaitable[Person]]


@pytest.fixture
def new_person(store: Store, accounts: Accounts) -> NewPerson:
    """Makes somebody who has come in by some way or other."""

    async def make(name: str = "Ada", role: Role = Role.MEMBER, *, email: str | None = None) -> Person:
        async with store.write() as session:
            row = accounts.people.add(session, name, role)
            row.email = email
        return row.as_person()

    return make


async def person_by_key(accounts: Accounts, secret: str) -> Person:
    """Whose key this is."""
    return (await accounts.identify(Credentials(bearer=secret))).person


async def person_by_session(accounts: Accounts, token: str) -> Person:
    """Whose session this is."""
    return (await accounts.identify(Credentials(session=token))).person
