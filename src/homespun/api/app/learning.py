"""What models learn from: who consents to it, which of two answers is better, how trainers would have answered."""

from __future__ import annotations

from fastapi import APIRouter

from homespun import accounts
from homespun.api.backend import Backend
from homespun.journal import Choice, Signalled

from . import shown
from .guard import Cursor, GuardedRoute, Limit, Parts, Person, PersonRoute
from .wire.chats import SideBySide
from .wire.learning import (
    ComparisonChoice,
    Consent,
    ConsentChange,
    ConsentWish,
    DialogueMessage,
    NewDemonstration,
    WantingAnswer,
    WantingAnswers,
)

router = APIRouter(route_class=GuardedRoute)
training = APIRouter(route_class=PersonRoute)


@router.get("/api/me/learning")
async def consent(parts: Parts, person: Person) -> Consent:
    """Whether models may learn from what one says of answers."""
    return _shown(parts, await parts.accounts.consents.of(person.id))


@router.put("/api/me/learning")
async def set_consent(wish: ConsentWish, parts: Parts, person: Person) -> Consent:
    """Gives that consent, or takes it back."""
    return _shown(parts, await parts.accounts.consents.set(person.id, wish.is_given))


@router.put("/api/turns/{turn_id}/choice")
async def choose(turn_id: str, chosen: ComparisonChoice, parts: Parts, person: Person) -> SideBySide:
    """Says which of two answers to one's question is better; the conversation goes on with it."""
    decided = await parts.journal.comparisons.decide(person.id, turn_id, Choice(chosen.choice))
    return shown.side_by_side(decided)


@training.get("/api/demonstrations")
async def wanting(parts: Parts, person: Person, cursor: Cursor = "", limit: Limit = 50) -> WantingAnswers:
    """Questions without a good answer, of people who consent and whose answers the caller may judge."""
    people = await parts.accounts.consents.reviewable_by(person)
    page = await parts.journal.demonstrations.wanting(people, cursor=cursor, limit=limit)
    return WantingAnswers(answers=[_wanting(one) for one in page.questions], next_cursor=page.next_cursor)


@training.post("/api/demonstrations")
async def demonstrate(new: NewDemonstration, parts: Parts, person: Person) -> WantingAnswer:
    """Notes how the caller would have answered."""
    people = await parts.accounts.consents.reviewable_by(person)
    return _wanting(await parts.journal.demonstrations.add(person.id, new.turn_id, new.text, people))


def _shown(parts: Backend, given: accounts.Consent) -> Consent:
    return Consent(
        is_given=given.is_given,
        since=given.since,
        changes=[ConsentChange(is_given=change.is_given, at=change.at) for change in given.changes],
        compares=parts.learning.comparison_share > 0,
    )


def _wanting(one: Signalled) -> WantingAnswer:
    return WantingAnswer(
        turn_id=one.turn.id,
        asked_at=one.turn.created_at,
        messages=[DialogueMessage(role=message.role.value, content=message.content) for message in one.messages],
        answer=one.turn.answer,
        feedback=shown.feedback(one.turn.feedback),
        edited_answer=one.turn.edited_answer,
        is_broken=one.turn.state.has_given_up,
        are_both_bad=one.are_both_bad,
        demonstration=one.demonstration,
    )
