"""The journal's values as the web app sees them."""

from __future__ import annotations

from homespun import journal
from homespun.core.errors import NotFound
from homespun.core.sampling import Sampling
from homespun.journal import TurnState

from .wire import chats as wire

_PARAMETERS = ("temperature", "top_p", "top_k", "min_p", "repetition_penalty", "max_tokens", "seed")


def turn(stored: journal.Turn, *, so_far: str | None = None) -> wire.Turn:
    """A turn; `so_far` is what a running answer has said. Raises `NotFound` for one outside all conversations."""
    if stored.conversation_id is None:
        raise NotFound
    return wire.Turn(
        id=stored.id,
        conversation_id=stored.conversation_id,
        asked_by=stored.owner_id,
        parent_id=stored.parent_id,
        question_id=stored.question_id,
        question=stored.question,
        answer=so_far if so_far is not None and stored.state is TurnState.OPEN else stored.answer,
        edited_answer=stored.edited_answer,
        state=stored.state.value,
        error=stored.error_message,
        error_code=stored.error_code,
        finish_reason=stored.finish_reason.value if stored.finish_reason else None,
        model=stored.model,
        parameters=_parameters(stored),
        prompt_tokens=stored.prompt_tokens,
        cached_tokens=stored.cached_tokens,
        completion_tokens=stored.completion_tokens,
        first_token_ms=stored.first_token_ms,
        total_ms=stored.total_ms,
        created_at=stored.created_at,
        feedback=feedback(stored.feedback),
    )


def side_by_side(stored: journal.SideBySide) -> wire.SideBySide:
    """Two answers to one question."""
    return wire.SideBySide(
        question_id=stored.question_id,
        left_id=stored.left_id,
        right_id=stored.right_id,
        choice=stored.choice.value if stored.choice else None,
    )


def parameters(sampling: Sampling) -> wire.Parameters:
    """The part of the sampling parameters that the web app offers."""
    return wire.Parameters.model_validate({name: getattr(sampling, name) for name in _PARAMETERS})


def summary(stored: journal.Conversation) -> wire.ConversationSummary:
    """A line of the list."""
    return wire.ConversationSummary(
        id=stored.id,
        title=stored.title,
        owner_id=stored.owner_id,
        project_id=stored.project_id,
        created_at=stored.created_at,
        updated_at=stored.updated_at,
    )


def new_conversation(started: journal.Conversation) -> wire.Conversation:
    """One that nothing has been asked in."""
    return wire.Conversation(
        **summary(started).model_dump(), selected_turn_id=None, turns=[], side_by_side=[], people={}
    )


def _parameters(stored: journal.Turn) -> wire.Parameters:
    values = {name: stored.parameters.get(name) for name in _PARAMETERS}
    return wire.Parameters.model_validate(values | {"system": stored.system or None})


def feedback(stored: journal.FeedbackState) -> wire.FeedbackState:
    """What somebody has said of an answer."""
    return wire.FeedbackState(
        thumb=stored.thumb.value if stored.thumb else None, reasons=list(stored.reasons), words=stored.words
    )
