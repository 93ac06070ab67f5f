"""The gate's tables: who has asked how much of late, what is being answered, what was asked with an idempotency key."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from homespun.store import Base, UtcDateTime


class RateRow(Base):
    """What a subject may still ask: two buckets that fill up again within a minute."""

    __tablename__ = "rates"

    subject: Mapped[str] = mapped_column(String(64), primary_key=True)
    """A kind and an id: `person:person_1`."""
    requests: Mapped[float]
    """Requests left at `at`."""
    tokens: Mapped[float]
    """Tokens left at `at`; less than none where an answer grew longer than was foreseen."""
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class StreamRow(Base):
    """An answer that is being written, once for each subject whose answers are counted. Gone when it is closed."""

    __tablename__ = "streams"
    __table_args__ = (Index(None, "subject"),)

    turn_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    subject: Mapped[str] = mapped_column(String(64), primary_key=True)
    tokens: Mapped[int]
    """What was taken out of the subject's bucket for it; the difference to what was used goes back."""


class IdempotencyRow(Base):
    """The turn that a request with an `Idempotency-Key` has opened."""

    __tablename__ = "idempotency_keys"

    owner_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    key: Mapped[str] = mapped_column(String(300), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    """sha256, in hex, of what was asked: the same key for something else is a mistake."""
    turn_id: Mapped[str] = mapped_column(String(40))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class IdempotentResponseRow(Base):
    """What a request with an `Idempotency-Key` was answered with that isn't a turn. Kept for a day."""

    __tablename__ = "idempotent_responses"

    owner_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    """Whose key it is; empty: somebody's who hasn't signed in."""
    key: Mapped[str] = mapped_column(String(300), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    """sha256, in hex, of what was asked."""
    status: Mapped[int | None]
    """The HTTP status. None: it is being carried out, or was cut off."""
    headers: Mapped[dict[str, str]] = mapped_column(JSON)
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    """None where it held a secret."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
