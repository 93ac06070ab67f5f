"""What was noted is there, whatever happened to the process or the disk."""

from __future__ import annotations

import asyncio
import errno
import os
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest

from homespun.core.errors import StorageFull, Unavailable
from homespun.core.events import Began, Ended, Event, FinishReason, Piece, TokenAlternative, TokenLogprob
from homespun.journal.spool import Spool, SpoolTaken

EVENTS: tuple[Event, ...] = (
    Began(prompt_tokens=12, cached_tokens=8, prompt_digest="ab" * 32),
    Piece(0, "Good ", 1),
    Piece(1, '天气\n"quoted"\u2028\0', 2),
    Piece(0, "", 0),
    Ended(1, FinishReason.LENGTH, 2),
    Ended(0, FinishReason.STOP, 1),
)

NOTE_FOR_EVER = """
import itertools, sys
from pathlib import Path
from homespun.core.events import Piece
from homespun.journal.spool import Spool

spool = Spool.take(Path(sys.argv[1]))
for number in itertools.count():
    spool.note(Piece(0, f"word{number} ", 1))
    print(number, flush=True)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "spools" / "turn_1.jsonl"


def noted(path: Path, events: tuple[Event, ...] = EVENTS) -> bytes:
    """The bytes of a spool with these events, which nobody holds any more."""
    spool = Spool.take(path)
    for event in events:
        spool.note(event)
    spool.close()
    return path.read_bytes()


def test_gives_back_what_was_noted(path: Path) -> None:
    noted(path)
    assert Spool.take(path).events() == EVENTS


def test_leaves_log_probabilities_out(path: Path) -> None:
    likely = TokenAlternative(5, b"hi", -0.1)
    noted(path, (Piece(0, "hi", 1, (TokenLogprob(likely, (likely,)),)),))
    assert Spool.take(path).events() == (Piece(0, "hi", 1),)


def test_a_half_character_does_not_break_it(path: Path) -> None:
    noted(path, (Piece(0, "\ud83d", 1), Piece(0, "x", 1)))
    assert Spool.take(path).events() == (Piece(0, "\ud83d", 1), Piece(0, "x", 1))


def test_wherever_the_last_line_is_torn_the_lines_before_it_are_there(path: Path) -> None:
    whole = noted(path)
    last_line = whole.rstrip(b"\n").rindex(b"\n") + 1
    for length in range(last_line, len(whole)):
        path.write_bytes(whole[:length])
        spool = Spool.take(path)
        assert spool.events() == EVENTS[:-1]
        spool.close()


@pytest.mark.parametrize("rubbish", [b"\xff\xfe\n", b"{}\n", b"[]\n", b"17\n", b'["ended",0,"tired",1]\n', b"\n"])
def test_what_follows_a_line_that_makes_no_sense_is_left_out(path: Path, rubbish: bytes) -> None:
    whole = noted(path)
    path.write_bytes(whole + rubbish + whole)
    assert Spool.take(path).events() == EVENTS


def test_one_at_a_time_holds_a_spool(path: Path) -> None:
    first = Spool.take(path)
    with pytest.raises(SpoolTaken):
        Spool.take(path)
    first.close()
    Spool.take(path).close()


def test_a_discarded_spool_is_gone_and_may_be_discarded_again(path: Path) -> None:
    spool = Spool.take(path)
    spool.note(EVENTS[0])
    spool.discard()
    spool.discard()
    assert not path.exists()


def test_nobody_else_can_read_it(path: Path) -> None:
    noted(path)
    assert path.stat().st_mode & 0o077 == 0


def test_a_full_disk_has_a_name(path: Path) -> None:
    path.parent.mkdir()
    path.symlink_to("/dev/full")
    spool = Spool.take(path)
    with pytest.raises(StorageFull):
        spool.note(EVENTS[0])
    spool.close()


def test_after_a_line_that_was_cut_short_nothing_more_is_noted(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spool, write = Spool.take(path), os.write
    spool.note(EVENTS[0])
    monkeypatch.setattr(os, "write", lambda descriptor, line: write(descriptor, line[:5]))
    with pytest.raises(StorageFull):
        spool.note(EVENTS[1])
    monkeypatch.undo()
    with pytest.raises(StorageFull):
        spool.note(EVENTS[1])
    assert spool.events() == EVENTS[:1]


@pytest.mark.parametrize(("number", "kind"), [(errno.EDQUOT, StorageFull), (errno.EIO, Unavailable)])
def test_other_trouble_with_the_disk_has_a_name_too(
    path: Path, monkeypatch: pytest.MonkeyPatch, number: int, kind: type[Unavailable]
) -> None:
    def refuse(*_: object) -> int:
        raise OSError(number, os.strerror(number))

    spool = Spool.take(path)
    monkeypatch.setattr(os, "write", refuse)
    with pytest.raises(Unavailable) as caught:
        spool.note(EVENTS[0])
    assert type(caught.value) is kind


def test_a_folder_that_cannot_be_made_has_a_name(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(Unavailable, match="data directory"):
        Spool.take(tmp_path / "file" / "turn_1.jsonl")


async def test_a_process_killed_in_the_middle_of_writing_leaves_all_that_it_had_noted(path: Path) -> None:
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", NOTE_FOR_EVER, str(path), stdout=PIPE)
    assert process.stdout is not None
    while (line := await process.stdout.readline()) != b"300\n":
        assert line, "it died by itself"
    process.kill()
    acknowledged = [line, *(await process.stdout.read()).splitlines(keepends=True)]
    await process.wait()
    events = Spool.take(path).events()
    last = max(int(number) for number in acknowledged if number.endswith(b"\n"))
    assert events[: last + 1] == tuple(Piece(0, f"word{number} ", 1) for number in range(last + 1))
