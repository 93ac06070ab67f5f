"""The journal: what was asked, what was answered, what people said of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from homespun.core.clock import Clock
from homespun.core.messages import Message
from homespun.store import Store

from .spool import Spool
from .values import (
    Closing,
    Conversation,
    ConversationPage,
    ConversationTree,
    FeedbackEntry,
    NewTurn,
    Thumb,
    Turn,
)


class Journal:
    """Turns, conversations and feedback. What isn't the owner's is `NotFound`, as if it weren't there."""

    def __init__(self, store: Store, spool_dir: Path, clock: Clock) -> None:
        self._store = store
        self._spool_dir = spool_dir
        self._clock = clock

    async def open_turn(self, session: AsyncSession, new: NewTurn) -> Turn:
        """Writes the question down, in the caller's unit of work, and starts the turn's spool.

        Selects the turn in its conversation. Raises `NotFound` if conversation, parent or question aren't the owner's
        or don't belong together, `Invalid` for a text that can't be stored, `StorageFull`.
        """
        raise NotImplementedError

    def spool(self, turn_id: str) -> Spool:
        """The spool of a turn that this journal has opened and not closed yet."""
        raise NotImplementedError

    async def close_turn(self, turn_id: str, closing: Closing) -> Turn:
        """Writes down how the turn ended, in a unit of work of its own, then removes its spool.

        A turn that is closed already stays as it is and is returned. Raises `NotFound` and `StorageFull`.
        """
        raise NotImplementedError

    async def recover(self) -> int:
        """Closes the open turns of dead processes from their spools, as INTERRUPTED; returns how many."""
        raise NotImplementedError

    async def turn(self, owner_id: str, turn_id: str) -> Turn:
        """One turn as it stands in the database."""
        raise NotImplementedError

    async def history(self, owner_id: str, turn_id: str | None) -> tuple[Message, ...]:
        """The dialogue from the root up to and including a turn, as the next question should see it.

        Edited answers stand in place of the original ones; turns without an answer's text are left out, question and
        all. Instructions are not part of it. None is the start of a conversation: nothing.
        """
        raise NotImplementedError

    async def start_conversation(self, owner_id: str, *, title: str = "") -> Conversation:
        """A new, empty conversation. Without a title it gets one from its first question."""
        raise NotImplementedError

    async def conversations(
        self, owner_id: str, *, query: str = "", cursor: str | None = None, limit: int = 50
    ) -> ConversationPage:
        """The owner's conversations, newest first; with a query those that have each of its words in title or texts.

        Raises `Invalid` for a cursor that isn't one.
        """
        raise NotImplementedError

    async def conversation(self, owner_id: str, conversation_id: str) -> ConversationTree:
        """A conversation with all its turns."""
        raise NotImplementedError

    async def rename(self, owner_id: str, conversation_id: str, title: str) -> Conversation:
        """Gives a conversation another title."""
        raise NotImplementedError

    async def select(self, owner_id: str, conversation_id: str, turn_id: str) -> Conversation:
        """Shows the branch that ends in this turn. Going back to another answer to a question is noted as KEPT."""
        raise NotImplementedError

    async def delete(self, owner_id: str, conversation_id: str) -> None:
        """Takes a conversation out of sight."""
        raise NotImplementedError

    async def record_feedback(
        self, owner_id: str, turn_id: str, *, thumb: Thumb | None, reasons: Sequence[str] = (), words: str = ""
    ) -> None:
        """Notes what the person thinks of the first answer; replaces the opinion before it, which is kept."""
        raise NotImplementedError

    async def record_edit(self, owner_id: str, turn_id: str, text: str) -> None:
        """Notes the person's own better version of the first answer; both are kept."""
        raise NotImplementedError

    async def feedback(self, owner_id: str, turn_id: str) -> tuple[FeedbackEntry, ...]:
        """Everything the person ever said of a turn, oldest first."""
        raise NotImplementedError
