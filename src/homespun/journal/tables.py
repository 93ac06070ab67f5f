"""The journal's tables. Rows of turns, answers and feedback are never deleted; feedback is never updated either."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, text, true
from sqlalchemy.orm import Mapped, mapped_column

from homespun.store import Base, RowNumber, UtcDateTime

from .values import TurnState

GAVE_UP = text("state IN ({})".format(", ".join(f"'{state}'" for state in TurnState if state.has_given_up)))
"""Few turns end so; written out, for a database that is handed values apart doesn't see that an index has them."""


class ConversationRow(Base):
    """A tree of turns with a title."""

    __tablename__ = "conversations"
    __table_args__ = (Index(None, "owner_id", "updated_at", "id"), Index(None, "project_id", "updated_at", "id"))

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    owner_id: Mapped[str] = mapped_column(String(40))
    """The person who started it. No foreign key: the journal doesn't know who people are."""
    project_id: Mapped[str | None] = mapped_column(String(40))
    """The project that owns it, so that those read it who share that; None: it is its owner's alone."""
    title: Mapped[str] = mapped_column(Text)
    """Empty until the first question, unless the person gave one."""
    selected_turn_id: Mapped[str | None] = mapped_column(String(40))
    """The leaf of the branch that is shown. No foreign key: turns already point here."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When it was last asked something."""
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the person deleted it; nobody sees it from then on."""


class TurnRow(Base):
    """One question, and how its answering went."""

    __tablename__ = "turns"
    __table_args__ = (
        Index(None, "conversation_id", "number"),
        Index(None, "owner_id"),
        Index(None, "state"),
        Index("ix_turns_gave_up", "id", sqlite_where=GAVE_UP, postgresql_where=GAVE_UP),
    )

    number: Mapped[RowNumber]
    """The order of asking."""
    id: Mapped[str] = mapped_column(String(40), unique=True)
    owner_id: Mapped[str] = mapped_column(String(40))
    """The person who asked; in a project's conversation not always the one who started it."""
    conversation_id: Mapped[str | None] = mapped_column(ForeignKey("conversations.id"))
    """None: it came from a program that keeps its own conversation."""
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("turns.id"))
    """The turn that this one follows."""
    question_id: Mapped[str] = mapped_column(String(40))
    """The first turn with this question; its own id if that is this one."""
    door: Mapped[str] = mapped_column(String(10))
    """A `Door`."""
    question: Mapped[str | None] = mapped_column(Text)
    """What the person asked; None when `prompt` holds it."""
    system: Mapped[str] = mapped_column(Text)
    """The instructions before the conversation; empty where there are none, and when `prompt` holds them."""
    prompt: Mapped[str | None] = mapped_column(Text)
    """All that the model saw, as JSON, for turns outside any conversation."""
    model: Mapped[str] = mapped_column(Text)
    parameters: Mapped[dict[str, Any]] = mapped_column(JSON)
    """The sampling parameters that were used."""
    state: Mapped[str] = mapped_column(String(20))
    """A `TurnState`."""
    spool_host: Mapped[str] = mapped_column(String(40), server_default="")
    """Which machine holds the turn's spool while it is open: the only one that can recover it."""
    is_streamed: Mapped[bool] = mapped_column(server_default=true())
    """Whether the answer is told piece by piece; of one that isn't, nobody has got anything before its end."""
    release_id: Mapped[str | None] = mapped_column(String(40))
    """The release that was to answer. No foreign key: the journal doesn't know what releases are."""
    arm_probability: Mapped[float | None]
    """How probable it was that this release would answer this person; None: nobody chose between releases."""
    prompt_digest: Mapped[str | None] = mapped_column(String(64))
    """sha256, in hex, of the rendered prompt."""
    prompt_tokens: Mapped[int] = mapped_column(default=0)
    cached_tokens: Mapped[int] = mapped_column(default=0)
    first_token_ms: Mapped[int | None]
    total_ms: Mapped[int | None]
    error_code: Mapped[str | None] = mapped_column(Text)
    error_message: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class AnswerRow(Base):
    """One choice of a turn."""

    __tablename__ = "answers"

    turn_id: Mapped[str] = mapped_column(ForeignKey("turns.id"), primary_key=True)
    choice: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    finish_reason: Mapped[str] = mapped_column(String(20))
    """A `FinishReason`."""
    completion_tokens: Mapped[int]


class FollowedRow(Base):
    """What an open turn says, in parts, for those who read it on another machine; copied from its spool, soon swept."""

    __tablename__ = "followed"

    turn_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    """No foreign key: it is nothing to a turn that somebody follows it."""
    part: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """0 is the wish of somebody to follow it."""
    lines: Mapped[str] = mapped_column(Text)
    """As they are in the spool; none in the wish."""


class FeedbackRow(Base):
    """Something a person said or did about an answer. The latest of a kind counts; all are kept."""

    __tablename__ = "feedback"
    __table_args__ = (Index(None, "turn_id", "number"), Index(None, "person_id"))

    number: Mapped[RowNumber]
    turn_id: Mapped[str] = mapped_column(ForeignKey("turns.id"))
    person_id: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(20))
    """A `FeedbackKind`."""
    thumb: Mapped[str | None] = mapped_column(String(10))
    """A `Thumb`."""
    reasons: Mapped[list[str]] = mapped_column(JSON)
    words: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    """The edited answer, for an edit; the trainer's, for a demonstration."""
    over_turn_id: Mapped[str | None] = mapped_column(String(40))
    """For a kept answer: the turn with the answer that was left for it. None in rows from before this was noted."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ComparisonRow(Base):
    """Two turns with one question that were shown side by side. It is decided once, and stays so."""

    __tablename__ = "comparisons"

    question_id: Mapped[str] = mapped_column(ForeignKey("turns.id"), primary_key=True)
    left_id: Mapped[str] = mapped_column(ForeignKey("turns.id"))
    right_id: Mapped[str] = mapped_column(ForeignKey("turns.id"))
    propensity: Mapped[float]
    """How probable it was that this question would be answered twice, by these two. On either side with 1/2."""
    choice: Mapped[str | None] = mapped_column(String(10))
    """A `Choice`; None: nothing has been said yet."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
