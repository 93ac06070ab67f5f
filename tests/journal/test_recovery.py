"""What a dead process was answering is closed with what it had said; what a living one answers is left alone."""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

from homespun.core.events import Began, Ended, FinishReason, Piece
from homespun.core.incoming import Place
from homespun.journal import Answer, Journal, TurnState

from .talk import ANNA, Talk, close, complete

ANSWER_FOR_EVER = """
import asyncio, itertools, sys
from pathlib import Path
from homespun.core.clock import SystemClock
from homespun.core.events import Began, Piece
from homespun.core.incoming import Door
from homespun.core.messages import TextPrompt
from homespun.journal import Journal, NewTurn
from homespun.store import Store

async def main():
    store = Store(sys.argv[1])
    journal = Journal(store, Path(sys.argv[2]), SystemClock())
    async with store.write() as session:
        new = NewTurn("turn_child", "person_anna", Door.API, "smol", TextPrompt("Count!"), {})
        await journal.open_turns(session, await journal.draft_turns(session, [new]))
    journal.spool("turn_child").note(Began(2, 1, "ab" * 32))
    for number in itertools.count():
        journal.spool("turn_child").note(Piece(0, f"{number} ", 1))
        print(number, flush=True)

asyncio.run(main())
"""


async def test_an_open_turn_is_closed_with_what_its_spool_holds(talk: Talk) -> None:
    turn = await talk.open("Hello?")
    for event in (Began(9, 4, "ab" * 32), Piece(0, "Hel", 2), Piece(1, "Hi", 1), Ended(1, FinishReason.STOP, 1)):
        talk.journal.spool(turn.id).note(event)
    journal = talk.after_a_crash()
    assert await talk.recover(journal) == 1
    closed = await journal.turn(ANNA, turn.id)
    assert (closed.state, closed.total_ms) == (TurnState.INTERRUPTED, None)
    assert closed.answers == (Answer(0, "Hel", FinishReason.ERROR, 2), Answer(1, "Hi", FinishReason.STOP, 1))
    assert (closed.prompt_tokens, closed.cached_tokens, closed.prompt_digest) == (9, 4, "ab" * 32)
    assert list(talk.spool_dir.glob("*.jsonl")) == []
    assert await talk.recover(journal) == 0


async def test_a_turn_that_had_said_nothing_is_closed_without_an_answer(talk: Talk) -> None:
    waiting = await talk.open("One?")
    lost = await talk.open("Two?")
    (talk.spool_dir / f"{lost.id}.jsonl").unlink()
    journal = talk.after_a_crash()
    assert await talk.recover(journal) == 2
    for turn in (waiting, lost):
        closed = await journal.turn(ANNA, turn.id)
        assert (closed.state, closed.answers, closed.prompt_digest) == (TurnState.INTERRUPTED, (), None)


async def test_a_turn_that_is_being_answered_is_left_alone(talk: Talk) -> None:
    turn = await talk.open("Hello?")
    talk.journal.spool(turn.id).note(Piece(0, "Hel", 1))
    assert await talk.recover(talk.journal) == 0
    assert (await talk.journal.turn(ANNA, turn.id)).state is TurnState.OPEN
    assert (await talk.close(turn.id, complete("Hello"))).answer == "Hello"


async def test_what_another_machine_is_answering_is_left_to_that_machine(talk: Talk, tmp_path: Path) -> None:
    turn = await talk.open("Hello?")
    elsewhere = Journal(talk.store, tmp_path / "spools of another machine", talk.clock)
    assert await talk.recover(elsewhere) == 0
    assert (await talk.journal.turn(ANNA, turn.id)).state is TurnState.OPEN


async def test_the_spool_of_a_turn_that_was_closed_already_is_swept_up(talk: Talk) -> None:
    conversation = await talk.conversation()
    turn = await talk.open("Hello?", Place(conversation, None))
    talk.journal.spool(turn.id).note(Piece(0, "Hel", 1))
    journal = talk.after_a_crash()
    await close(talk.store, journal, turn.id, complete("Hello"))
    (talk.spool_dir / "turn_of_nobody.jsonl").write_text("")
    assert await talk.recover(journal) == 0
    assert [path.name for path in talk.spool_dir.glob("*.jsonl")] == ["turn_of_nobody.jsonl"]
    assert (await journal.turn(ANNA, turn.id)).answer == "Hello"


async def test_a_process_killed_in_the_middle_of_an_answer_loses_nothing_that_was_read(talk: Talk, url: str) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", ANSWER_FOR_EVER, url, str(talk.spool_dir), stdout=PIPE
    )
    assert process.stdout is not None
    while (line := await process.stdout.readline()) != b"200\n":
        assert line, "it died by itself"
    assert await talk.recover(talk.journal) == 0, "it was alive"
    process.kill()
    rest = await process.stdout.read()
    await process.wait()
    read = 200 + rest.count(b"\n")
    assert await talk.recover(talk.journal) == 1
    closed = await talk.journal.turn(ANNA, "turn_child")
    assert closed.state is TurnState.INTERRUPTED
    assert closed.answer.startswith("".join(f"{number} " for number in range(read + 1)))
    assert (closed.completion_tokens, closed.prompt_tokens) == (len(closed.answer.split()), 2)
