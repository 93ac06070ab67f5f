"""The journal: what was asked, what was answered, what people said of it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from contextlib import closing as closed_at_the_end
from functools import cached_property
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from homespun.core.clock import Clock
from homespun.core.errors import HomespunError
from homespun.core.messages import Message
from homespun.store import Store

from . import comparisons, conversations, feedback, history, records, replays, signals, turns
from .comparisons import Comparisons
from .demonstrations import Demonstrations
from .followed import Copier, Followed
from .overheard import Overheard
from .recovery import interrupted
from .sharing import Reader, Sharing, Unshared
from .spool import Spool, SpoolTaken, host_of
from .turns import Draft
from .values import (
    Closing,
    Conversation,
    ConversationPage,
    ConversationTree,
    FeedbackEntry,
    FeedbackState,
    NewTurn,
    Shelf,
    Shelves,
    Signalled,
    Thumb,
    Turn,
    TurnState,
)

logger = logging.getLogger(__name__)

_UNSHARED = Unshared()


class Journal:
    """Turns, conversations and feedback. What isn't the reader's to see is `NotFound`, as if it weren't there."""

    def __init__(self, store: Store, spool_dir: Path, clock: Clock, sharing: Sharing = _UNSHARED) -> None:
        """`sharing` says who reads the conversations of which projects; left out: nobody does."""
        self._store = store
        self._spool_dir = spool_dir
        self._clock = clock
        self._sharing = sharing
        self.comparisons = Comparisons(store, clock)
        self.demonstrations = Demonstrations(store, clock)
        self._spools: dict[str, Spool] = {}
        """Of the turns that are being answered here, by id."""
        self._copier = Copier(store, answered=self._spools.keys, overhear=self.overhear)

    async def draft_turns(self, session: AsyncSession, news: Sequence[NewTurn]) -> list[Draft | HomespunError]:
        """Checks whether these turns may be opened, and writes nothing. In the same order; an error is one turn's own:

        `NotFound` if conversation, parent or question aren't the asker's to see or don't belong together, `Invalid` for
        a text that can't be stored.
        """
        host, now = self._host, self._clock.now()
        drafts: list[Draft | HomespunError] = []
        for new in news:
            try:
                drafts.append(await turns.draft(session, self._sharing, new, now, host))
            except HomespunError as error:
                drafts.append(error)
        return drafts

    async def open_turns(self, session: AsyncSession, drafts: Sequence[Draft]) -> tuple[Turn, ...]:
        """Writes the questions down, in the caller's unit of work, and takes the turns' spools.

        Selects each turn in its conversation. Raises `StorageFull`.
        """
        opened = await turns.open_drafts(session, drafts, self._clock.now())

        @event.listens_for(session.sync_session, "after_rollback")
        def forget(_: Session) -> None:
            for turn in opened:
                if spool := self._spools.pop(turn.id, None):
                    spool.discard()

        for turn in opened:
            self._spools[turn.id] = Spool.take(self._spool_path(turn.id))
        return opened

    def spool(self, turn_id: str) -> Spool:
        """The spool of a turn that this journal has opened and not closed yet."""
        return self._spools[turn_id]

    def overhear(self, turn_id: str) -> Overheard:
        """A reader of what a turn says that another process of this machine answers."""
        return Overheard(self._spool_path(turn_id))

    def follow(self, turn_id: str) -> Followed:
        """A reader of what a turn says that another machine answers."""
        return Followed(self._store, turn_id)

    @asynccontextmanager
    async def followed(self) -> AsyncIterator[None]:
        """While the block runs, readers on other machines are told what turns say that are answered here."""
        copying = asyncio.create_task(self._copier.run()) if self._store.is_shared else None
        try:
            yield
        finally:
            if copying:
                copying.cancel()
                await asyncio.wait({copying})

    async def copy_followed(self) -> None:
        """One round of that."""
        await self._copier.copy()

    async def close_turns(self, session: AsyncSession, closings: Mapping[str, Closing]) -> dict[str, bool]:
        """Writes down how turns ended, in the caller's unit of work; which of them were open until now, and whether
        they were streamed.

        Those that are closed already stay as they are. Their spools go when the unit of work is committed.
        """
        assert all(closing.state is not TurnState.OPEN for closing in closings.values())
        closed = await turns.close_turns(session, closings, self._clock.now())

        @event.listens_for(session.sync_session, "after_commit")
        def discard(_: Session) -> None:
            for turn_id in closings:
                if spool := self._spools.pop(turn_id, None):
                    spool.discard()

        return closed

    async def recover(self, close: Callable[[str, Closing], Awaitable[object]]) -> int:
        """Has the open turns of dead processes closed as INTERRUPTED, with what their spools hold; returns how many.

        `close` writes a turn's closing in a unit of work, as `close_turns` does. Leaves alone what living processes, or
        other machines, are answering, so it may be called at any time.
        """
        async with self._store.read() as session:
            open_ids = await turns.open_turn_ids(session, self._host, self._clock.now())
        recovered = 0
        for turn_id in open_ids:
            try:
                with closed_at_the_end(Spool.take(self._spool_path(turn_id))) as spool:
                    await close(turn_id, interrupted(spool.events()))
                    spool.discard()
                    recovered += 1
            except SpoolTaken:
                pass
            except Exception:  # one that can't be closed keeps no other open, and no server from starting
                logger.exception("The turn %s can't be recovered", turn_id)
        await self._sweep()
        return recovered

    def close(self) -> None:
        """Lets go of the turns that are still open, as the death of the process would; `recover` closes them later."""
        while self._spools:
            _, spool = self._spools.popitem()
            spool.close()

    async def turn(self, reader_id: str, turn_id: str) -> Turn:
        """One turn as it stands in the database."""
        async with self._store.read() as session:
            return await turns.seen_turn(session, self._reader(reader_id), turn_id)

    async def turns(self, session: AsyncSession, turn_ids: Sequence[str]) -> tuple[Turn, ...]:
        """Turns by their ids, whosever they are, as the caller's unit of work sees them; in any order."""
        return await turns.by_ids(session, turn_ids) if turn_ids else ()

    async def history(self, reader_id: str, turn_id: str | None) -> tuple[Message, ...]:
        """The dialogue from the root up to and including a turn, as the next question should see it.

        Answers that the reader has edited stand in place of the original ones; turns without an answer's text are left
        out, question and all. Instructions are not part of it. None is the start of a conversation: nothing.
        """
        if turn_id is None:
            return ()
        async with self._store.read() as session:
            return await history.dialogue(session, self._reader(reader_id), turn_id)

    async def start_conversation(
        self, owner_id: str, *, title: str = "", project_id: str | None = None
    ) -> Conversation:
        """A new, empty conversation. Without a title it gets one from its first question."""
        async with self._store.write() as session:
            return await conversations.start(session, self._reader(owner_id), title, project_id, self._clock.now())

    async def conversations(
        self,
        reader_id: str,
        *,
        shelf: Shelf = Shelves.OWN,
        query: str = "",
        cursor: str | None = None,
        limit: int = 50,
    ) -> ConversationPage:
        """The conversations of a shelf, newest first; with a query those that have each of its words in title or texts.

        Raises `Invalid` for a cursor that isn't one.
        """
        async with self._store.read() as session:
            return await conversations.page(
                session, self._reader(reader_id), shelf, query=query, cursor=cursor, limit=limit
            )

    async def conversation(self, reader_id: str, conversation_id: str) -> ConversationTree:
        """A conversation with all its turns."""
        async with self._store.read() as session:
            row = await conversations.seen_row(session, self._reader(reader_id), conversation_id)
            return ConversationTree(
                records.conversation(row),
                await turns.turns_of(session, reader_id, conversation_id),
                await comparisons.in_conversation(session, reader_id, conversation_id),
            )

    async def summary(self, reader_id: str, conversation_id: str) -> Conversation:
        """A conversation without its turns."""
        async with self._store.read() as session:
            return records.conversation(await conversations.seen_row(session, self._reader(reader_id), conversation_id))

    async def rename(self, reader_id: str, conversation_id: str, title: str) -> Conversation:
        """Gives a conversation another title. Raises `Refused`, and `Invalid` for an empty or overlong one."""
        async with self._store.write() as session:
            return await conversations.rename(session, self._reader(reader_id), conversation_id, title)

    async def put(self, reader_id: str, conversation_id: str, project_id: str | None) -> Conversation:
        """Puts a conversation into a project, or with None out of all. Raises `Refused` to all but who started it."""
        async with self._store.write() as session:
            return await conversations.put(session, self._reader(reader_id), conversation_id, project_id)

    async def select(self, reader_id: str, conversation_id: str, turn_id: str) -> Conversation:
        """Shows the branch that ends in this turn. Going back to another answer to a question is noted as KEPT."""
        async with self._store.write() as session:
            return await conversations.select_turn(
                session, self._reader(reader_id), conversation_id, turn_id, self._clock.now()
            )

    async def delete(self, reader_id: str, conversation_id: str) -> None:
        """Takes a conversation out of sight. Raises `Refused`."""
        async with self._store.write() as session:
            await conversations.delete(session, self._reader(reader_id), conversation_id, self._clock.now())

    async def delete_of(self, project_ids: Sequence[str]) -> None:
        """Takes all conversations of these projects out of sight, whoever started them: the projects are gone.

        Nobody shares a project that is gone, so nobody has seen them since. From now on they count as deleted, too.
        """
        async with self._store.write() as session:
            await conversations.delete_of(session, project_ids, self._clock.now())

    async def move(self, from_owner_id: str, to_owner_id: str) -> None:
        """Gives all conversations and turns of one owner to another: a visitor has turned out to be somebody."""
        async with self._store.write() as session:
            await conversations.move(session, from_owner_id, to_owner_id)

    async def record_feedback(
        self, reader_id: str, turn_id: str, *, thumb: Thumb | None, reasons: Sequence[str] = (), words: str = ""
    ) -> None:
        """Notes what the person thinks of the first answer; replaces the opinion before it, which is kept."""
        opinion = FeedbackState(thumb, tuple(reasons), words)
        async with self._store.write() as session:
            await feedback.add_opinion(session, self._reader(reader_id), turn_id, opinion, self._clock.now())

    async def record_edit(self, reader_id: str, turn_id: str, text: str) -> None:
        """Notes the person's own better version of the first answer; both are kept.

        Raises `Conflict` while the answer is being written.
        """
        async with self._store.write() as session:
            await feedback.add_edit(session, self._reader(reader_id), turn_id, text, self._clock.now())

    async def feedback(self, reader_id: str, turn_id: str) -> tuple[FeedbackEntry, ...]:
        """Everything the person ever said of a turn, oldest first."""
        async with self._store.read() as session:
            return await feedback.entries(session, self._reader(reader_id), turn_id)

    def signals(self, people: Collection[str], *, up_to: int | None = None) -> AsyncIterator[Signalled]:
        """All turns of these people of which something was said that one can learn from, in the order of asking.

        `people` are those who have consented: a turn is left out, too, if somebody else asked in the dialogue before
        it. So is what was deleted, and what isn't in a conversation. `up_to` is the number of the last turn to look at.
        """
        return signals.stream(self._store, people, up_to=up_to)

    async def replay(self, people: Collection[str], *, release_id: str, besides: Collection[str]) -> Turn | None:
        """The newest question of these people that this release has answered well to its end; None: there is none.

        `people` are those who have consented, as for `signals`; `besides` are turns that aren't wanted. A question that
        was asked again is told once.
        """
        async with self._store.read() as session:
            return await replays.replay(session, people, release_id=release_id, besides=besides)

    def _reader(self, person_id: str) -> Reader:
        return Reader(person_id, self._sharing)

    @cached_property
    def _host(self) -> str:
        return host_of(self._spool_dir)

    def _spool_path(self, turn_id: str) -> Path:
        return self._spool_dir / f"{turn_id}.jsonl"

    async def _sweep(self) -> None:
        """Removes the spools of turns that were closed by processes that died before, and what was copied of turns."""
        paths = {path.stem: path for path in self._spool_dir.glob("*.jsonl")}
        async with self._store.read() as session:
            closed = await turns.closed_turn_ids(session, tuple(paths))
        for turn_id in closed:
            with suppress(SpoolTaken):
                Spool.take(paths[turn_id]).discard()
        if self._store.is_shared:
            await self._copier.sweep()
