"""Another machine, on the same database, can read what a turn says, and it costs nothing where nobody does."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select

from homespun.core.events import Began, Piece
from homespun.journal import Journal
from homespun.journal.tables import FollowedRow
from homespun.store import Store
from tests.databases.fixtures import ON_POSTGRESQL, ON_SQLITE

from .talk import Talk, complete

BEGAN, HEL, LO = Began(2, 1, "ab" * 32), Piece(0, "Hel", 1), Piece(0, "lo ☺", 1)


@pytest.fixture
def elsewhere(talk: Talk, tmp_path: Path) -> Journal:
    """Another machine's: it has spools of its own."""
    return Journal(talk.store, tmp_path / "spools of another machine", talk.clock)


async def copies(store: Store) -> int:
    async with store.read() as session:
        return await session.scalar(select(func.count()).select_from(FollowedRow)) or 0


@ON_POSTGRESQL
async def test_hears_what_was_said_before_it_asked_and_then_what_is_new(talk: Talk, elsewhere: Journal) -> None:
    turn = await talk.open("Hello?")
    spool, followed = talk.journal.spool(turn.id), elsewhere.follow(turn.id)
    spool.note(BEGAN)
    spool.note(HEL)
    assert await followed.news() == []
    await talk.journal.copy_followed()
    assert await followed.news() == [BEGAN, HEL]
    assert await followed.news() == []
    spool.note(LO)
    await talk.journal.copy_followed()
    assert await followed.news() == [LO]


@ON_POSTGRESQL
async def test_several_follow_each_with_a_place_of_its_own(talk: Talk, elsewhere: Journal) -> None:
    turn = await talk.open("Hello?")
    first, second = elsewhere.follow(turn.id), elsewhere.follow(turn.id)
    await first.news()
    talk.journal.spool(turn.id).note(HEL)
    await talk.journal.copy_followed()
    assert await second.news() == [HEL]
    talk.journal.spool(turn.id).note(LO)
    await talk.journal.copy_followed()
    assert await first.news() == [HEL, LO]
    assert await second.news() == [LO]
    assert await elsewhere.follow(turn.id).news() == [HEL, LO]


@ON_POSTGRESQL
async def test_what_nobody_follows_is_not_copied(talk: Talk, elsewhere: Journal, store: Store) -> None:
    followed, other = await talk.open("Hello?"), await talk.open("And you?")
    await elsewhere.follow(followed.id).news()
    wishes = await copies(store)
    talk.journal.spool(other.id).note(HEL)
    await talk.journal.copy_followed()
    assert await copies(store) == wishes
    assert await elsewhere.follow(other.id).news() == []


@ON_POSTGRESQL
async def test_what_could_not_be_copied_is_copied_the_next_time(
    talk: Talk, elsewhere: Journal, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    turn = await talk.open("Hello?")
    followed = elsewhere.follow(turn.id)
    await followed.news()
    talk.journal.spool(turn.id).note(HEL)
    with monkeypatch.context() as away:
        away.setattr(store, "write", lambda: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            await talk.journal.copy_followed()
    talk.journal.spool(turn.id).note(LO)
    await talk.journal.copy_followed()
    assert await followed.news() == [HEL, LO]


@ON_POSTGRESQL
async def test_copies_are_swept_when_their_turn_is_closed_and_not_before(
    talk: Talk, elsewhere: Journal, store: Store
) -> None:
    turn = await talk.open("Hello?")
    followed = elsewhere.follow(turn.id)
    await followed.news()
    talk.journal.spool(turn.id).note(HEL)
    await talk.journal.copy_followed()
    await talk.recover(elsewhere)
    assert await followed.news() == [HEL]
    await talk.close(turn.id, complete("Hello"))
    await talk.recover(elsewhere)
    assert await copies(store) == 0


@ON_SQLITE
async def test_a_file_is_for_one_machine_so_nothing_is_copied_into_it(talk: Talk, store: Store) -> None:
    turn = await talk.open("Hello?")
    assert await talk.journal.follow(turn.id).news() == []
    assert await copies(store) == 0
