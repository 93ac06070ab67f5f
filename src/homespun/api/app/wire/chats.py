"""Conversations, turns, and what is told of them while they are answered."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from .base import Wire


class Parameters(Wire):
    """The sampling parameters that the web app offers; null means the server's default."""

    temperature: float | None = Field(default=None, ge=0, le=2)
    top_p: float | None = Field(default=None, gt=0, le=1)
    top_k: int | None = Field(default=None, ge=0, le=1000)
    min_p: float | None = Field(default=None, ge=0, le=1)
    repetition_penalty: float | None = Field(default=None, gt=0, le=2)
    max_tokens: int | None = Field(default=None, ge=1, lt=2**31)
    seed: int | None = Field(default=None, ge=-(2**63), lt=2**63)
    system: str | None = Field(default=None, max_length=20_000)
    """Instructions placed before the conversation."""


class ModelInfo(Wire):
    """A model that answers at present."""

    name: str
    is_default: bool
    state: Literal["starting", "ready", "restarting", "failed", "stopped"]
    problem: str | None
    context_tokens: int
    defaults: Parameters
    """What null means in the parameters of a turn."""


class ConversationSummary(Wire):
    """One line of a list of conversations."""

    id: str
    title: str
    owner_id: str
    """Who started it."""
    project_id: str | None
    """The team's project that owns it: all who are in the team see it; null: nobody but its owner does."""
    created_at: datetime
    updated_at: datetime


class ConversationPage(Wire):
    """GET /api/conversations?query=&cursor=&limit=: newest first."""

    conversations: list[ConversationSummary]
    next_cursor: str | None


class ProjectConversationPage(ConversationPage):
    """GET /api/projects/{id}/conversations?query=&cursor=&limit=: newest first, whoever started them."""

    people: dict[str, str]
    """The names of those who started them, by id."""


class FeedbackState(Wire):
    """What the reader has said of an answer so far."""

    thumb: Literal["up", "down"] | None = None
    reasons: list[str] = Field(default=[])
    words: str = ""


class Turn(Wire):
    """One question with its answer. Turns of a conversation form a tree by `parent_id`.

    Turns with the same parent are siblings. Siblings with one `question_id` are regenerations of one question;
    siblings with different ones are edits of it. The first turn with a question has `question_id == id`.
    """

    id: str
    conversation_id: str
    asked_by: str
    """The id of the person who asked."""
    parent_id: str | None
    question_id: str
    question: str
    answer: str
    edited_answer: str | None = None
    """The reader's own better version of the answer, shown in its place; null while there is none."""
    state: Literal["open", "complete", "stopped", "failed", "interrupted"]
    """open: the answer is being written, attach with GET /api/turns/{id}/events. stopped: by the person. failed: by the
    engine. interrupted: the server was killed in the middle and has been restarted."""
    error: str | None
    """What went wrong, for people, when the state is failed."""
    error_code: str | None = None
    """The same for programs: the stable code of the error."""
    finish_reason: Literal["stop", "length", "cancelled", "error"] | None
    model: str
    parameters: Parameters
    prompt_tokens: int
    cached_tokens: int
    completion_tokens: int
    first_token_ms: int | None
    total_ms: int | None
    created_at: datetime
    feedback: FeedbackState


class SideBySide(Wire):
    """Two answers to one question, for who asked it to pick the better one: PUT /api/turns/{question_id}/choice."""

    question_id: str
    left_id: str
    right_id: str
    """The turns; one of them has the question's id."""
    choice: Literal["left", "right", "neither", "skipped"] | None
    """What was said of them; null: nothing yet."""


class AskedTurn(Turn):
    """A turn that has just been asked. Now and then another answer is set running beside it."""

    side_by_side: SideBySide | None
    """null: there is one answer."""
    rival: Turn | None
    """The other turn."""


class Conversation(ConversationSummary):
    """GET /api/conversations/{id}: the whole tree."""

    selected_turn_id: str | None
    """The leaf of the branch that is shown."""
    turns: list[Turn]
    side_by_side: list[SideBySide]
    """The reader's own questions that got two answers."""
    people: dict[str, str]
    """The names of those others who started it or asked in it, by id."""


class NewConversation(Wire):
    """POST /api/conversations, POST /api/projects/{id}/conversations."""

    title: str = Field(default="", max_length=200)


class ConversationChange(Wire):
    """PATCH /api/conversations/{id}: only the fields that are given change."""

    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)] | None = None
    selected_turn_id: str | None = None
    project_id: Annotated[str, Field(max_length=40)] | None = None
    """The project to move it into, so that all of the team see it; null: out of all, so that only its owner does."""


class NewTurn(Wire):
    """POST /api/conversations/{id}/turns: asks. Give `question`, or `regenerate` with the id of a turn to answer again.

    An edit of a question is a new question with the edited turn's `parent_id`. The answer goes on without any client;
    read it with GET /api/turns/{id}/events.
    """

    parent_id: str | None = None
    question: str | None = Field(default=None, min_length=1, max_length=200_000)
    regenerate: str | None = None
    model: str | None = None
    parameters: Parameters = Parameters()


class Feedback(Wire):
    """PUT /api/turns/{id}/feedback: replaces what this person said of the answer (the journal keeps every version)."""

    thumb: Literal["up", "down"] | None = None
    reasons: list[Annotated[str, Field(max_length=50)]] = Field(default=[], max_length=10)
    words: str = Field(default="", max_length=4000)


class AnswerEdit(Wire):
    """PUT /api/turns/{id}/answer: the person's better version; shown in the answer's place, both are kept."""

    text: str = Field(min_length=1, max_length=200_000)


class SnapshotEvent(Wire):
    """Server-sent event `snapshot`: comes first on every attach; the turn as it stands, `answer` the text so far."""

    turn: Turn


class DeltaEvent(Wire):
    """Server-sent event `delta`: text to append."""

    text: str


class DoneEvent(Wire):
    """Server-sent event `done`: the closed turn, whatever its state; the stream ends after it."""

    turn: Turn
