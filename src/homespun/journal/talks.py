"""Conversations in memory, and what follows from them for one turn: what was read before, and what was said of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from homespun.core.messages import Message, Role

from . import records
from .tables import AnswerRow, ComparisonRow, FeedbackRow, TurnRow
from .values import Choice, Comparison, FeedbackKind, Signalled, TurnState


class Talks:
    """Some conversations, whole."""

    def __init__(
        self,
        turns: Sequence[TurnRow],
        answers: Iterable[AnswerRow],
        said: Iterable[FeedbackRow],
        compared: Mapping[str, ComparisonRow],
    ) -> None:
        """`turns` in the order of asking, `compared` by question."""
        self._turns = {row.id: row for row in turns}
        self._compared = compared
        self._answers: dict[str, list[AnswerRow]] = defaultdict(list)
        self._said: dict[str, list[FeedbackRow]] = defaultdict(list)
        self._siblings: dict[tuple[str, str], list[TurnRow]] = defaultdict(list)
        """By question and who asked it."""
        self._gone_on: set[tuple[str, str]] = set()
        """A turn, and somebody who asked something after it."""
        for row in turns:
            self._siblings[row.question_id, row.owner_id].append(row)
            self._gone_on.add((row.parent_id or "", row.owner_id))
        for answer in answers:
            self._answers[answer.turn_id].append(answer)
        for entry in sorted(said, key=lambda row: row.number):
            self._said[entry.turn_id].append(entry)

    def signalled(self, turn_id: str, people: Collection[str]) -> Signalled | None:
        """All that was said of a turn; None where somebody had a part in the dialogue before who isn't handed in."""
        row = self._turns[turn_id]
        path = self._path(row)
        if not all(before.owner_id in people for before in path):
            return None
        own = [entry for entry in self._said[row.id] if entry.person_id == row.owner_id]
        (turn,) = records.turns([row], self._answers[row.id], own)
        shown = [entry for entry in self._said[row.id] if _is(entry, FeedbackKind.DEMONSTRATION)]
        return Signalled(
            number=row.number,
            turn=turn,
            messages=tuple(self._messages(row, path)),
            edits=tuple(entry.text for entry in own if _is(entry, FeedbackKind.EDIT)),
            thumb=turn.feedback.thumb,
            kept_over=self._kept_over(row),
            compared=self._comparison(row),
            are_both_bad=self._choice(row) == Choice.NEITHER,
            demonstration=shown[-1].text if shown else None,
            demonstrated_by=shown[-1].person_id if shown else None,
            asked_before=frozenset(before.owner_id for before in path),
        )

    def _path(self, row: TurnRow) -> list[TurnRow]:
        """The turns before this one, from the root down."""
        path = []
        while row.parent_id is not None:
            row = self._turns[row.parent_id]
            path.append(row)
        return path[::-1]

    def _messages(self, row: TurnRow, path: Sequence[TurnRow]) -> Iterator[Message]:
        """As `Journal.history` gave them when the question was asked, instructions and the question around them."""
        if row.system:
            yield Message(Role.SYSTEM, row.system)
        for before in path:
            if answer := self._shown_to(before, row):
                yield Message(Role.USER, before.question or "")
                yield Message(Role.ASSISTANT, answer)
        yield Message(Role.USER, row.question or "")

    def _shown_to(self, before: TurnRow, asked: TurnRow) -> str:
        """What stood under a question for who asked later, at that moment."""
        edits = [
            entry.text
            for entry in self._said[before.id]
            if _is(entry, FeedbackKind.EDIT) and entry.person_id == asked.owner_id
            if entry.created_at <= asked.created_at
        ]
        if edits:
            return edits[-1]
        was_there = before.closed_at is not None and before.closed_at <= asked.created_at
        return self._text(before) if was_there else ""

    def _text(self, row: TurnRow) -> str:
        return next((answer.text for answer in self._answers[row.id] if answer.choice == 0), "")

    def _choice(self, row: TurnRow) -> str | None:
        compared = self._compared.get(row.question_id)
        return compared.choice if compared and row.id in (compared.left_id, compared.right_id) else None

    def _comparison(self, row: TurnRow) -> Comparison | None:
        compared = self._compared.get(row.question_id)
        if compared is None or compared.choice not in (Choice.LEFT, Choice.RIGHT):
            return None
        chosen_id, other_id = compared.left_id, compared.right_id
        if compared.choice == Choice.RIGHT:
            chosen_id, other_id = other_id, chosen_id
        rejected = self._worse(row, self._turns[other_id]) if row.id == chosen_id else None
        return Comparison(self._text(row), rejected, compared.propensity) if rejected else None

    def _kept_over(self, row: TurnRow) -> str | None:
        """What the person left for this answer, by their last word on it. A comparison says more, and once."""
        if row.question_id in self._compared:
            return None
        siblings = self._siblings[row.question_id, row.owner_id]
        kept = [entry for sibling in siblings for entry in self._said[sibling.id] if _is(entry, FeedbackKind.KEPT)]
        kept = [entry for entry in kept if entry.person_id == row.owner_id]
        last = max(kept, key=lambda entry: entry.number, default=None)
        if last and last.created_at >= siblings[-1].created_at:
            over_id = last.over_turn_id if last.turn_id == row.id else None
            return self._worse(row, self._turns.get(over_id or ""))
        return self._worse(row, self._given_up_for(row, siblings))

    def _given_up_for(self, row: TurnRow, siblings: Sequence[TurnRow]) -> TurnRow | None:
        """The answer before this one, if the person asked again, and went on from this one alone."""
        position = siblings.index(row)
        gone_on = [sibling for sibling in siblings if (sibling.id, row.owner_id) in self._gone_on]
        return siblings[position - 1] if position and gone_on == [row] else None

    def _worse(self, better: TurnRow, worse: TurnRow | None) -> str | None:
        """The other answer's text, if two complete answers differ."""
        if worse is None or {better.state, worse.state} != {TurnState.COMPLETE}:
            return None
        text = self._text(worse)
        return text if text and text != self._text(better) != "" else None


def _is(entry: FeedbackRow, kind: FeedbackKind) -> bool:
    return entry.kind == kind
