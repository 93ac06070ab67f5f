"""The gate's tables: who has asked how much of late, what is being answered, what was asked with an idempotency key; to
whom it is available, and who waits.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from homespun.store import Base, RowNumber, UtcDateTime


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
    """The turn that a request with an `Idempotency-Key` has opened. Kept for a day."""

    __tablename__ = "idempotency_keys"

    owner_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    key: Mapped[str] = mapped_column(String(300), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    """sha256, in hex, of what was asked: the same key for something else is a mistake."""
    turn_id: Mapped[str] = mapped_column(String(40))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


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


class AvailabilityRuleRow(Base):
    """Whether it is available to some people in some country; see `rules.Rule`."""

    __tablename__ = "availability_rules"

    audience: Mapped[str] = mapped_column(String(10), primary_key=True)
    """An `Audience`."""
    subject: Mapped[str] = mapped_column(String(253), primary_key=True)
    """The person's or team's id, or the domain; empty where the audience says it all."""
    country: Mapped[str] = mapped_column(String(2), primary_key=True)
    """Two letters, `*` or `ZZ`."""
    verdict: Mapped[str] = mapped_column(String(10))
    """A `Verdict`."""
    message_en: Mapped[str] = mapped_column(Text)
    """Empty: ours."""
    message_zh: Mapped[str] = mapped_column(Text)
    """Empty: ours."""
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class WaitingRow(Base):
    """Somebody who waits to be let in. Gone when they are."""

    __tablename__ = "waiting_list"

    number: Mapped[RowNumber]
    """Whose is less has asked before."""
    person_id: Mapped[str] = mapped_column(String(40), unique=True)
    country: Mapped[str] = mapped_column(String(2))
    """Where they asked from; `ZZ`: nobody knows."""
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
