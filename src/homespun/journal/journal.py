"""The journal: what was asked, what was answered, what people said of it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing as closed_at_the_end
from contextlib import suppress
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from homespun.core.clock import Clock
from homespun.core.messages import Message
from homespun.store import Store

from . import conversations, feedback, history, records, turns
from .recovery import interrupted
from .spool import Spool, SpoolTaken
from .values import (
    Closing,
    Conversation,
    ConversationPage,
    ConversationTree,
    FeedbackEntry,
    FeedbackState,
    NewTurn,
    Thumb,
    Turn,
    TurnState,
)


class Journal:
    """Turns, conversations and feedback. What isn't the owner's is `NotFound`, as if it weren't there."""

    def __init__(self, store: Store, spool_dir: Path, clock: Clock) -> None:
        self._store = store
        self._spool_dir = spool_dir
        self._clock = clock
        self._spools: dict[str, Spool] = {}
        """Of the turns that are being answered here, by id."""

    async def open_turn(self, session: AsyncSession, new: NewTurn) -> Turn:
        """Writes the question down, in the caller's unit of work, and takes the turn's spool.

        Selects the turn in its conversation. Raises `NotFound` if conversation, parent or question aren't the owner's
        or don't belong together, `Invalid` for a text that can't be stored, `StorageFull`.
        """
        turn = await turns.open_turn(session, new, self._clock.now())
        spool = self._spools[turn.id] = Spool.take(self._spool_path(turn.id))

        @event.listens_for(session.sync_session, "after_rollback")
        def forget(_: Session) -> None:
            self._spools.pop(turn.id, spool).discard()

        return turn

    def spool(self, turn_id: str) -> Spool:
        """The spool of a turn that this journal has opened and not closed yet."""
        return self._spools[turn_id]

    async def close_turn(self, turn_id: str, closing: Closing) -> Turn:
        """Writes down how the turn ended, in a unit of work of its own, then removes its spool.

        A turn that is closed already stays as it is and is returned. Raises `NotFound` and `StorageFull`.
        """
        assert closing.state is not TurnState.OPEN
        async with self._store.write() as session:
            turn = await turns.close_turn(session, turn_id, closing, self._clock.now())
        if spool := self._spools.pop(turn_id, None):
            spool.discard()
        return turn

    async def recover(self) -> int:
        """Closes the open turns of dead processes as INTERRUPTED, with what their spools hold; returns how many.

        Leaves alone what living processes are answering, so it may be called at any time.
        """
        async with self._store.read() as session:
            open_ids = await turns.open_turn_ids(session)
        recovered = 0
        for turn_id in open_ids:
            with suppress(SpoolTaken), closed_at_the_end(Spool.take(self._spool_path(turn_id))) as spool:
                await self.close_turn(turn_id, interrupted(spool.events()))
                spool.discard()
                recovered += 1
        await self._sweep()
        return recovered

    def close(self) -> None:
        """Lets go of the turns that are still open, as the death of the process would; `recover` closes them later."""
        while self._spools:
            _, spool = self._spools.popitem()
            spool.close()

    async def turn(self, owner_id: str, turn_id: str) -> Turn:
        """One turn as it stands in the database."""
        async with self._store.read() as session:
            return await turns.owned_turn(session, owner_id, turn_id)

    async def history(self, owner_id: str, turn_id: str | None) -> tuple[Message, ...]:
        """The dialogue from the root up to and including a turn, as the next question should see it.

        Edited answers stand in place of the original ones; turns without an answer's text are left out, question and
        all. Instructions are not part of it. None is the start of a conversation: nothing.
        """
        if turn_id is None:
            return ()
        async with self._store.read() as session:
            return await history.dialogue(session, owner_id, turn_id)

    async def start_conversation(self, owner_id: str, *, title: str = "") -> Conversation:
        """A new, empty conversation. Without a title it gets one from its first question."""
        async with self._store.write() as session:
            return conversations.start(session, owner_id, title, self._clock.now())

    async def conversations(
        self, owner_id: str, *, query: str = "", cursor: str | None = None, limit: int = 50
    ) -> ConversationPage:
        """The owner's conversations, newest first; with a query those that have each of its words in title or texts.

        Raises `Invalid` for a cursor that isn't one.
        """
        async with self._store.read() as session:
            return await conversations.page(session, owner_id, query=query, cursor=cursor, limit=limit)

    async def conversation(self, owner_id: str, conversation_id: str) -> ConversationTree:
        """A conversation with all its turns."""
        async with self._store.read() as session:
            row = await conversations.owned_row(session, owner_id, conversation_id)
            return ConversationTree(records.conversation(row), await turns.turns_of(session, conversation_id))

    async def rename(self, owner_id: str, conversation_id: str, title: str) -> Conversation:
        """Gives a conversation another title. Raises `Invalid` for an empty or overlong one."""
        async with self._store.write() as session:
            return await conversations.rename(session, owner_id, conversation_id, title)

    async def select(self, owner_id: str, conversation_id: str, turn_id: str) -> Conversation:
        """Shows the branch that ends in this turn. Going back to another answer to a question is noted as KEPT."""
        async with self._store.write() as session:
            return await conversations.select_turn(session, owner_id, conversation_id, turn_id, self._clock.now())

    async def delete(self, owner_id: str, conversation_id: str) -> None:
        """Takes a conversation out of sight."""
        async with self._store.write() as session:
            await conversations.delete(session, owner_id, conversation_id, self._clock.now())

    async def record_feedback(
        self, owner_id: str, turn_id: str, *, thumb: Thumb | None, reasons: Sequence[str] = (), words: str = ""
    ) -> None:
        """Notes what the person thinks of the first answer; replaces the opinion before it, which is kept."""
        opinion = FeedbackState(thumb, tuple(reasons), words)
        async with self._store.write() as session:
            await feedback.add_opinion(session, owner_id, turn_id, opinion, self._clock.now())

    async def record_edit(self, owner_id: str, turn_id: str, text: str) -> None:
        """Notes the person's own better version of the first answer; both are kept.

        Raises `Conflict` while the answer is being written.
        """
        async with self._store.write() as session:
            await feedback.add_edit(session, owner_id, turn_id, text, self._clock.now())

    async def feedback(self, owner_id: str, turn_id: str) -> tuple[FeedbackEntry, ...]:
        """Everything the person ever said of a turn, oldest first."""
        async with self._store.read() as session:
            return await feedback.entries(session, owner_id, turn_id)

    def _spool_path(self, turn_id: str) -> Path:
        return self._spool_dir / f"{turn_id}.jsonl"

    async def _sweep(self) -> None:
        """Removes the spools of turns that were closed by processes that died before they could do so."""
        paths = {path.stem: path for path in self._spool_dir.glob("*.jsonl")}
        async with self._store.read() as session:
            closed = await turns.closed_turn_ids(session, tuple(paths))
        for turn_id in closed:
            with suppress(SpoolTaken):
                Spool.take(paths[turn_id]).discard()
