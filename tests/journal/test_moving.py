"""What a visitor asked is the person's whom they turned out to be."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import text

from homespun.core.errors import NotFound
from homespun.journal import Thumb
from homespun.store import Store

from .talk import ANNA, BORIS, Talk
from .test_queries import counted


async def test_conversations_turns_and_opinions_change_hands(talk: Talk) -> None:
    conversation = await talk.conversation(title="Mine")
    turn = await talk.say("Hello?", "Hello", conversation)
    await talk.journal.record_feedback(ANNA, turn.id, thumb=Thumb.UP)
    await talk.journal.move(ANNA, BORIS)
    moved = await talk.journal.conversation(BORIS, conversation)
    assert [one.id for one in moved.turns] == [turn.id]
    assert (await talk.journal.turn(BORIS, turn.id)).feedback.thumb is Thumb.UP
    with pytest.raises(NotFound):
        await talk.journal.conversation(ANNA, conversation)
    with pytest.raises(NotFound):
        await talk.journal.turn(ANNA, turn.id)


async def test_what_is_moved_is_found_by_an_index(talk: Talk, store: Store) -> None:
    with counted() as statements:
        await talk.journal.move(ANNA, BORIS)
    updates = [statement for statement in statements if statement.startswith("UPDATE")]
    assert [statement.split()[1] for statement in updates] == ["conversations", "turns", "feedback"]
    for update in updates:
        plan = await explained(store, update)
        assert not re.search("^SCAN|Seq Scan", plan, re.MULTILINE), plan


async def explained(store: Store, update: str) -> str:
    """How the database would find the rows. PostgreSQL reads a small table whole if it may, so it may not."""
    table, column = update.split()[1], update.split(" WHERE ")[1].split(" = ")[0].split(".")[1]
    explain = "EXPLAIN QUERY PLAN"
    async with store.write() as session:
        if session.get_bind().dialect.name == "postgresql":
            await session.execute(text("SET LOCAL enable_seqscan = off"))
            explain = "EXPLAIN"
        rows = await session.execute(text(f"{explain} UPDATE {table} SET {column} = '' WHERE {column} = ''"))
        return "\n".join(str(row[-1]) for row in rows)
