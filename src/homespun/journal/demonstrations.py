"""Demonstrations: which answers were not good, and how trainers would have answered instead."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select, union

from homespun.core.clock import Clock
from homespun.core.errors import Invalid, NotFound
from homespun.store import Store, storable_text

from . import signals
from .tables import GAVE_UP, ComparisonRow, FeedbackRow, TurnRow
from .values import Choice, FeedbackKind, Signalled, Thumb


@dataclass(frozen=True, slots=True)
class WantingPage:
    """Some questions without a good answer, newest first."""

    questions: tuple[Signalled, ...]
    next_cursor: str | None
    """Give it back to get the next page; None after the last."""


class Demonstrations:
    """Reads and writes for trainers. Nothing is there for them but turns of the people who are handed in."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def wanting(self, people: Collection[str], *, cursor: str = "", limit: int = 50) -> WantingPage:
        """Questions of these people whose answer got a thumb down, or broke off, or was one of two bad ones.

        Those with a demonstration are among them. Raises `Invalid` for a cursor that isn't one.
        """
        found: list[Signalled] = []
        before = _position(cursor)
        async with self._store.read() as session:
            while len(found) <= limit:
                within = [TurnRow.number < before] if before is not None else []
                page = await signals.look(
                    session, people, *within, _may_be_wanting(), order=TurnRow.number.desc(), most=limit + 1
                )
                found += [one for one in page.found if _is_wanting(one)]
                before = page.last
                if before is None:
                    break
        shown = tuple(found[:limit])
        return WantingPage(shown, str(shown[-1].number) if len(found) > limit else None)

    async def add(self, trainer_id: str, turn_id: str, text: str, people: Collection[str]) -> Signalled:
        """Notes how the trainer would have answered; all versions are kept, the latest counts.

        Raises `NotFound` for a turn of others than these people, and `Invalid` for a text with nothing in it.
        """
        written = storable_text(text, "text")
        if not written.strip():
            raise Invalid("A demonstration has at least one character that can be seen.", param="text")
        async with self._store.write() as session:
            here = TurnRow.id == turn_id
            page = await signals.look(session, people, here, order=TurnRow.number.asc())
            if not page.found:
                raise NotFound(param="turn_id")
            session.add(
                FeedbackRow(
                    turn_id=turn_id,
                    person_id=trainer_id,
                    kind=FeedbackKind.DEMONSTRATION,
                    reasons=[],
                    words="",
                    text=written,
                    created_at=self._clock.now(),
                )
            )
            await session.flush()
            page = await signals.look(session, people, here, order=TurnRow.number.asc())
        return page.found[0]


def _may_be_wanting() -> ColumnElement[bool]:
    """By the few that something was said of, not by a look at every turn: most journals have little to find."""
    thumb_down = select(FeedbackRow.turn_id).where(FeedbackRow.thumb == Thumb.DOWN)
    both_bad = select(ComparisonRow.question_id).where(ComparisonRow.choice == Choice.NEITHER)
    gave_up = select(TurnRow.id).where(GAVE_UP)
    return TurnRow.id.in_(union(thumb_down, both_bad, gave_up))


def _is_wanting(one: Signalled) -> bool:
    """The latest word counts. Of two bad answers the first stands for both, or the question would come twice."""
    is_both = one.are_both_bad and one.turn.id == one.turn.question_id
    return one.thumb is Thumb.DOWN or is_both or one.turn.state.has_given_up


def _position(cursor: str) -> int | None:
    if not cursor:
        return None
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) < 19):
        raise Invalid("This isn't a cursor of this list. Begin again without one.", param="cursor")
    return int(cursor)
