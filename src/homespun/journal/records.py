"""From rows to the values that cross the border."""

from __future__ import annotations

from collections.abc import Iterable

from homespun.core.events import FinishReason
from homespun.core.incoming import Door

from . import prompts
from .tables import AnswerRow, ConversationRow, FeedbackRow, TurnRow
from .values import (
    Answer,
    Conversation,
    FeedbackEntry,
    FeedbackKind,
    FeedbackState,
    Thumb,
    Turn,
    TurnState,
)


def conversation(row: ConversationRow) -> Conversation:
    """A conversation's line in the list."""
    return Conversation(
        row.id, row.title, row.created_at, row.updated_at, row.selected_turn_id, row.owner_id, row.project_id
    )


def turns(rows: Iterable[TurnRow], answers: Iterable[AnswerRow], feedback: Iterable[FeedbackRow]) -> tuple[Turn, ...]:
    """Turns from the rows of three tables; turns in the order given, answers and feedback in any order."""
    answers_by_turn: dict[str, list[Answer]] = {}
    for answer in sorted(answers, key=lambda row: row.choice):
        answers_by_turn.setdefault(answer.turn_id, []).append(_answer(answer))
    latest: dict[tuple[str, str], FeedbackRow] = {}
    for said in sorted(feedback, key=lambda row: row.number):
        latest[said.turn_id, said.kind] = said
    return tuple(
        _turn(
            row,
            tuple(answers_by_turn.get(row.id, ())),
            latest.get((row.id, FeedbackKind.OPINION)),
            latest.get((row.id, FeedbackKind.EDIT)),
        )
        for row in rows
    )


def feedback_entry(row: FeedbackRow) -> FeedbackEntry:
    """One entry of a turn's feedback."""
    return FeedbackEntry(FeedbackKind(row.kind), _opinion(row), row.text, row.created_at)


def _turn(row: TurnRow, answers: tuple[Answer, ...], opinion: FeedbackRow | None, edit: FeedbackRow | None) -> Turn:
    system, question = _asked(row)
    return Turn(
        id=row.id,
        owner_id=row.owner_id,
        conversation_id=row.conversation_id,
        parent_id=row.parent_id,
        question_id=row.question_id,
        door=Door(row.door),
        question=question,
        system=system,
        state=TurnState(row.state),
        answers=answers,
        edited_answer=edit.text if edit else None,
        feedback=_opinion(opinion) if opinion else FeedbackState(),
        model=row.model,
        release_id=row.release_id,
        arm_probability=row.arm_probability,
        parameters=row.parameters,
        prompt_tokens=row.prompt_tokens,
        cached_tokens=row.cached_tokens,
        prompt_digest=row.prompt_digest,
        first_token_ms=row.first_token_ms,
        total_ms=row.total_ms,
        error_code=row.error_code,
        error_message=row.error_message,
        created_at=row.created_at,
        closed_at=row.closed_at,
    )


def _asked(row: TurnRow) -> tuple[str, str]:
    """Instructions and question."""
    if row.prompt is None:
        return row.system, row.question or ""
    prompt = prompts.read(row.prompt)
    return prompts.instructions(prompt), prompts.last_question(prompt)


def _answer(row: AnswerRow) -> Answer:
    return Answer(row.choice, row.text, FinishReason(row.finish_reason), row.completion_tokens)


def _opinion(row: FeedbackRow) -> FeedbackState:
    return FeedbackState(Thumb(row.thumb) if row.thumb else None, tuple(row.reasons), row.words)
