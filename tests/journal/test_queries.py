"""However many turns there are, a call makes a handful of queries."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, event

from homespun.core.incoming import Place
from homespun.journal import Journal, Thumb, Turn

from .talk import ANNA, Talk, complete


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that run inside, transactions' own left out."""
    statements: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        if not statement.startswith("BEGIN"):
            statements.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield statements
    event.remove(Engine, "before_cursor_execute", note)


async def all_signals(journal: Journal) -> None:
    assert len([one async for one in journal.signals({ANNA})]) == 2


@pytest.mark.parametrize(
    ("call", "most"),
    [
        (lambda journal, turn: journal.conversations(ANNA), 1),
        (lambda journal, turn: journal.conversations(ANNA, query="some words"), 1),
        (lambda journal, turn: journal.conversation(ANNA, turn.conversation_id or ""), 5),
        (lambda journal, turn: journal.turn(ANNA, turn.id), 3),
        (lambda journal, turn: journal.history(ANNA, turn.id), 3),
        (lambda journal, turn: journal.select(ANNA, turn.conversation_id or "", turn.id), 4),
        (lambda journal, turn: journal.record_feedback(ANNA, turn.id, thumb=Thumb.UP), 4),
        (lambda journal, turn: all_signals(journal), 5),
        (lambda journal, turn: journal.demonstrations.wanting({ANNA}), 5),
    ],
)
async def test_a_call_makes_few_queries(
    talk: Talk, call: Callable[[Journal, Turn], Awaitable[object]], most: int
) -> None:
    conversation = await talk.conversation()
    turn = await talk.say("One", "1", conversation)
    for number in range(5):
        turn = await talk.say(f"{number}?", f"{number}!", conversation, turn)
    await talk.journal.record_feedback(ANNA, turn.id, thumb=Thumb.DOWN)
    turn = await talk.again(turn, "Another")
    await talk.journal.record_edit(ANNA, turn.id, "Yet another")
    with counted() as statements:
        await call(talk.journal, turn)
    assert len(statements) <= most, "\n".join(statements)


async def test_a_turn_costs_two_small_transactions(talk: Talk) -> None:
    conversation = await talk.conversation()
    parent = await talk.say("One", "1", conversation)
    with counted() as statements:
        turn = await talk.open("Two", Place(conversation, parent.id))
    assert len(statements) <= 4, "\n".join(statements)
    with counted() as statements:
        async with talk.store.write() as session:
            await talk.journal.close_turns(session, {turn.id: complete("2")})
    assert len(statements) <= 3, "\n".join(statements)
