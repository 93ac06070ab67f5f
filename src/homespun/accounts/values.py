"""The values that cross the accounts' border. None of them holds a secret."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """What a person is to this installation."""

    OWNER = "owner"
    """Made it, and may do everything."""
    MEMBER = "member"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is known here."""

    id: str
    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key that lets a program act for a person, without its secret."""

    id: str
    owner_id: str
    name: str
    prefix: str
    """The secret's first characters, for people to recognise it by."""
    created_at: datetime
    last_used_at: datetime | None
    """To the minute."""
    revoked_at: datetime | None
