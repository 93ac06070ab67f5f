"""What people say of answers for models to learn from: consent, comparisons, demonstrations."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from .base import Wire
from .chats import FeedbackState


class ConsentChange(Wire):
    """That consent was given, or taken back."""

    is_given: bool
    at: datetime


class Consent(Wire):
    """GET and PUT /api/me/learning: whether models may learn from what this person says of answers."""

    is_given: bool
    since: datetime | None
    """When it was given; null: it isn't."""
    changes: list[ConsentChange]
    """All that they ever decided, the latest first."""
    compares: bool
    """Whether some questions get two answers here."""


class ConsentWish(Wire):
    """PUT /api/me/learning."""

    is_given: bool


class ComparisonChoice(Wire):
    """PUT /api/turns/{id}/choice: which of two answers is better. The id is that of the question's first turn."""

    choice: Literal["left", "right", "neither", "skipped"]
    """neither: both are bad. skipped: nothing is said; the first answer stays."""


class DialogueMessage(Wire):
    """What was said before an answer."""

    role: Literal["system", "user", "assistant"]
    content: str


class WantingAnswer(Wire):
    """A question without a good answer, for trainers. It says nothing of who asked."""

    turn_id: str
    asked_at: datetime
    messages: list[DialogueMessage]
    """All that was said before, the question last."""
    answer: str
    """What the model said; empty if it said nothing."""
    feedback: FeedbackState
    """What who asked said of it."""
    edited_answer: str | None
    """Their own better version."""
    is_broken: bool
    """The engine failed, or the server was killed, before the answer was whole."""
    are_both_bad: bool
    """It was shown beside another answer, and neither was good."""
    demonstration: str | None
    """What a trainer would have answered; null: nobody has said so yet."""


class WantingAnswers(Wire):
    """GET /api/demonstrations?cursor=&limit=: newest first."""

    answers: list[WantingAnswer]
    next_cursor: str | None


class NewDemonstration(Wire):
    """POST /api/demonstrations: how one would have answered; replaces what was written before."""

    turn_id: str = Field(max_length=40)
    text: str = Field(min_length=1, max_length=200_000)
