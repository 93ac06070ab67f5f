"""The tables of releases. No row is ever deleted; changes, votes and shadow answers are never updated either."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from homespun.store import Base, RowNumber, UtcDateTime


class ReleaseRow(Base):
    """One model that can answer people."""

    __tablename__ = "releases"
    __table_args__ = (Index(None, "model", "state"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    """Counts from 1; people call a release by it: `<model>@<number>`."""
    model: Mapped[str] = mapped_column(Text)
    """The name that clients ask for."""
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    """sha256, in hex, of its manifest, and the name of its folder."""
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("releases.id"))
    """The champion of when it was trained; None: it is a base model."""
    state: Mapped[str] = mapped_column(String(20))
    """A `ReleaseState`."""
    base_digest: Mapped[str] = mapped_column(Text)
    """What it was trained from."""
    snapshot_digest: Mapped[str | None] = mapped_column(Text)
    """The data that it was trained on; None: no training was done."""
    recipe: Mapped[dict[str, Any]] = mapped_column(JSON)
    """How it was trained."""
    has_passed: Mapped[bool]
    """Whether its examination lets it answer people."""
    problem: Mapped[str] = mapped_column(Text)
    """Why it was taken back; empty: it was not."""
    wanted_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Until then its engine stays loaded, because somebody asks for it by its number."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ReleaseChangeRow(Base):
    """One step of a release from one state to another, or of its share."""

    __tablename__ = "release_changes"
    __table_args__ = (Index(None, "release_id", "number"),)

    number: Mapped[RowNumber]
    release_id: Mapped[str] = mapped_column(ForeignKey("releases.id"))
    before: Mapped[str | None] = mapped_column(String(20))
    """A `ReleaseState`; None: it was made."""
    after: Mapped[str] = mapped_column(String(20))
    by: Mapped[str] = mapped_column(Text)
    """Who did it: a person's id, `command`, or `homespun` itself."""
    why: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class RolloutRow(Base):
    """One canary's way among the people."""

    __tablename__ = "rollouts"
    __table_args__ = (Index(None, "model", "ended_at"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    model: Mapped[str] = mapped_column(Text)
    champion_id: Mapped[str] = mapped_column(ForeignKey("releases.id"))
    candidate_id: Mapped[str] = mapped_column(ForeignKey("releases.id"))
    share: Mapped[float]
    """The part of the people whom the candidate answers; 0 in shadow."""
    outcome: Mapped[str] = mapped_column(String(20))
    """An `Outcome`."""
    turns_seen: Mapped[int] = mapped_column(BigInteger)
    """The journal's turns up to this number have been looked at."""
    feedback_seen: Mapped[int] = mapped_column(BigInteger)
    """The same, of what people said of answers."""
    votes: Mapped[int]
    """How many have been counted."""
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime)
    shown_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Since when the candidate answers people; what was said before doesn't count. None: it has been in shadow only."""
    shadowed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Until then one process has the candidate answer in shadow, and no other does. None: nobody does."""
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class VoteRow(Base):
    """One thing said of an answer in a rollout, or one answer that failed or didn't; each is counted once."""

    __tablename__ = "rollout_votes"
    __table_args__ = (Index(None, "rollout_id", "number", unique=True),)

    rollout_id: Mapped[str] = mapped_column(ForeignKey("rollouts.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    """A `VoteKind`."""
    subject_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    """The turn or the comparison."""
    number: Mapped[int]
    """The order of counting, from 1: evidence is read in it."""
    person_id: Mapped[str] = mapped_column(String(40))
    """Whose it is: nobody decides alone."""
    is_candidate: Mapped[bool]
    """The candidate's answer, or the one that was preferred, for comparisons; else the champion's."""
    is_good: Mapped[bool]
    counted_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ShadowAnswerRow(Base):
    """How one answer of a candidate fared that nobody has seen, and the champion's. What they said isn't here."""

    __tablename__ = "shadow_answers"

    rollout_id: Mapped[str] = mapped_column(ForeignKey("rollouts.id"), primary_key=True)
    turn_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    """The turn that the champion answered."""
    ending: Mapped[str] = mapped_column(String(20))
    """An `Ending`."""
    champion_ending: Mapped[str] = mapped_column(String(20))
    """An `Ending`."""
    tokens: Mapped[int]
    champion_tokens: Mapped[int]
    total_ms: Mapped[int]
    champion_total_ms: Mapped[int | None]
    """None: nobody measured it."""
    answered_at: Mapped[datetime] = mapped_column(UtcDateTime)
