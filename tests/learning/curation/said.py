"""Signals and labels to curate, made by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count
from typing import Any

from homespun.core.events import FinishReason
from homespun.core.incoming import Door
from homespun.core.messages import Message, Role
from homespun.journal import Answer, FeedbackState, Signalled, Turn, TurnState
from homespun.learning.curation import Demonstration, Pair, Source, Thumbed

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
_numbers = count()


def signalled(
    question: str = "When do you open?",
    answer: str = "At nine.",
    *,
    turn_id: str = "turn_1",
    owner_id: str = "person_1",
    conversation_id: str = "conversation_1",
    state: TurnState = TurnState.COMPLETE,
    finish_reason: FinishReason = FinishReason.STOP,
    number: int = 1,
    **said: Any,
) -> Signalled:
    """One turn, of which nothing was said but what is given."""
    turn = Turn(
        id=turn_id,
        owner_id=owner_id,
        conversation_id=conversation_id,
        parent_id=None,
        question_id=turn_id,
        door=Door.WEB,
        question=question,
        system="",
        state=state,
        answers=(Answer(0, answer, finish_reason, 3),),
        edited_answer=None,
        feedback=FeedbackState(),
        model="tiny",
        release_id=None,
        arm_probability=None,
        parameters={},
        prompt_tokens=1,
        cached_tokens=0,
        prompt_digest=None,
        first_token_ms=None,
        total_ms=None,
        error_code=None,
        error_message=None,
        created_at=NOON,
        closed_at=NOON,
    )
    nothing: dict[str, Any] = {
        "messages": (Message(Role.USER, question),),
        "edits": (),
        "thumb": None,
        "kept_over": None,
        "compared": None,
        "are_both_bad": False,
        "demonstration": None,
        "demonstrated_by": None,
    }
    return Signalled(number=number, turn=turn, **(nothing | said))


def pair(question: str, chosen: str, rejected: str, *, rater: str = "ada", **fields: Any) -> Pair:
    """A label by one person in a conversation of its own."""
    return Pair(**_about(question, rater, Source.COMPARISON, fields), chosen=chosen, rejected=rejected)


def demonstration(question: str, completion: str, *, rater: str = "ada", **fields: Any) -> Demonstration:
    """See `pair`."""
    return Demonstration(**_about(question, rater, Source.EDIT, fields), completion=completion)


def thumbed(question: str, completion: str, *, is_good: bool, rater: str = "ada", **fields: Any) -> Thumbed:
    """See `pair`."""
    return Thumbed(**_about(question, rater, Source.THUMB, fields), completion=completion, is_good=is_good)


def _about(question: str, rater: str, source: Source, fields: dict[str, Any]) -> dict[str, Any]:
    number = next(_numbers)
    standard = {
        "id": f"label-{number:06}",
        "rater": rater,
        "group": f"talk-{number}",
        "people": (rater,),
        "source": source,
        "weight": 1.0,
        "messages": (Message(Role.USER, question),),
        "at": NOON.timestamp() + number,
    }
    return standard | fields
