"""A journal to talk with, and two people who must not see each other's things."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from homespun.core.clock import FakeClock
from homespun.core.errors import HomespunError
from homespun.core.events import FinishReason
from homespun.core.ids import new_id
from homespun.core.incoming import Door, Place
from homespun.core.messages import ChatPrompt, Message, Prompt, Role
from homespun.journal import Answer, Closing, Journal, NewTurn, Turn, TurnState
from homespun.store import Store

ANNA = "person_anna"
BORIS = "person_boris"


class Talk:
    """A journal with a clock, and short words for what tests do with it."""

    def __init__(self, store: Store, spool_dir: Path) -> None:
        self.store = store
        self.spool_dir = spool_dir
        self.clock = FakeClock()
        self.journal = Journal(store, spool_dir, self.clock)

    async def open(self, prompt: Prompt | str, place: Place | None = None, *, owner: str = ANNA) -> Turn:
        if isinstance(prompt, str):
            prompt = ChatPrompt((Message(Role.USER, prompt),))
        self.clock.advance(1)
        new = NewTurn(new_id("turn"), owner, Door.WEB, "smol", prompt, {"temperature": 0.5}, place)
        async with self.store.write() as session:
            return await opened(self.journal, session, new)

    async def close(self, turn_id: str, closing: Closing) -> Turn:
        """The turn as it stands afterwards, whosever it is."""
        return await close(self.store, self.journal, turn_id, closing)

    async def recover(self, journal: Journal) -> int:
        return await journal.recover(partial(close, self.store, journal))

    async def say(
        self, question: str, answer: str, conversation_id: str, parent: Turn | None = None, *, owner: str = ANNA
    ) -> Turn:
        """A whole turn after `parent`."""
        place = Place(conversation_id, parent.id if parent else None)
        turn = await self.open(question, place, owner=owner)
        return await self.close(turn.id, complete(answer))

    async def again(self, turn: Turn, answer: str) -> Turn:
        """Another answer to the question of `turn`."""
        assert turn.conversation_id is not None
        opened = await self.open(turn.question, Place(turn.conversation_id, turn.parent_id, turn.id))
        return await self.close(opened.id, complete(answer))

    async def conversation(self, *, owner: str = ANNA, title: str = "") -> str:
        """The id of a new one."""
        self.clock.advance(1)
        return (await self.journal.start_conversation(owner, title=title)).id

    def after_a_crash(self) -> Journal:
        """The journal of the process that comes after this one, which has died."""
        self.journal.close()
        return Journal(self.store, self.spool_dir, self.clock)


async def opened(journal: Journal, session: AsyncSession, new: NewTurn) -> Turn:
    """Opens one turn, as the gate opens many."""
    (draft,) = await journal.draft_turns(session, [new])
    if isinstance(draft, HomespunError):
        raise draft
    return (await journal.open_turns(session, [draft]))[0]


async def close(store: Store, journal: Journal, turn_id: str, closing: Closing) -> Turn:
    """Closes one turn, as the gate closes many."""
    async with store.write() as session:
        await journal.close_turns(session, {turn_id: closing})
    async with store.read() as session:
        return (await journal.turns(session, [turn_id]))[0]


def complete(*texts: str) -> Closing:
    answers = tuple(Answer(choice, text, FinishReason.STOP, len(text.split())) for choice, text in enumerate(texts))
    return Closing(TurnState.COMPLETE, answers, prompt_tokens=7, cached_tokens=3, prompt_digest="d" * 64, total_ms=50)


def failed(text: str) -> Closing:
    return replace(complete(text), state=TurnState.FAILED, error_code="engine_failed", error_message="It broke.")
