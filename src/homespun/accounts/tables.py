"""The accounts' tables. No secret is ever stored, only its sha256."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from homespun.store import Base, UtcDateTime

from .values import ApiKey, Person, Role


class PersonRow(Base):
    """Somebody who may use this installation."""

    __tablename__ = "people"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(String(20))
    """A `Role`."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    def as_person(self) -> Person:
        """The value that crosses the border."""
        return Person(self.id, self.name, Role(self.role))


class ApiKeyRow(Base):
    """A key that lets a program act for a person."""

    __tablename__ = "api_keys"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    owner_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    name: Mapped[str] = mapped_column(Text)
    prefix: Mapped[str] = mapped_column(String(40), index=True)
    """The secret's first characters, for people to recognise it by; no secret themselves."""
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    """sha256, in hex, of the secret."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """To the minute."""
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    def as_key(self) -> ApiKey:
        """The value that crosses the border."""
        return ApiKey(
            self.id, self.owner_id, self.name, self.prefix, self.created_at, self.last_used_at, self.revoked_at
        )


class SignInLinkRow(Base):
    """A link that signs one person in, once."""

    __tablename__ = "sign_in_links"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SessionRow(Base):
    """A browser that is signed in."""

    __tablename__ = "sessions"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """Moves on while the session is used."""
