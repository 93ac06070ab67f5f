"""Another process can read what a turn says, as far as it has been said."""

from __future__ import annotations

from homespun.core.events import Began, Piece

from .talk import Talk, complete


async def test_hears_what_was_said_so_far_and_then_what_is_new(talk: Talk) -> None:
    turn = await talk.open("Hello?")
    overheard = talk.journal.overhear(turn.id)
    assert overheard.news() == []
    began, hel, lo = Began(2, 1, "ab" * 32), Piece(0, "Hel", 1), Piece(0, "lo", 1)
    talk.journal.spool(turn.id).note(began)
    talk.journal.spool(turn.id).note(hel)
    assert overheard.news() == [began, hel]
    assert overheard.news() == []
    talk.journal.spool(turn.id).note(lo)
    assert overheard.news() == [lo]
    assert talk.journal.overhear(turn.id).news() == [began, hel, lo]


async def test_waits_for_the_rest_of_a_line(talk: Talk) -> None:
    turn = await talk.open("Hello?")
    path = talk.spool_dir / f"{turn.id}.jsonl"
    overheard = talk.journal.overhear(turn.id)
    with path.open("ab") as file:
        file.write(b'["piece",0,"Hel",1]\n["pie')
    assert overheard.news() == [Piece(0, "Hel", 1)]
    with path.open("ab") as file:
        file.write(b'ce",0,"lo",1]\n')
    assert overheard.news() == [Piece(0, "lo", 1)]


async def test_of_a_closed_turn_and_of_one_that_never_was_there_is_nothing_to_hear(talk: Talk) -> None:
    turn = await talk.open("Hello?")
    overheard = talk.journal.overhear(turn.id)
    await talk.close(turn.id, complete("Hello"))
    assert overheard.news() == talk.journal.overhear("turn_none").news() == []
