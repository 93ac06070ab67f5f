"""What an open turn has said so far, on disk before anybody reads it.

A spool is a file of lines, one an event, written straight to the operating system and not synced: it survives the
death of the process at any moment (kill -9), not that of the machine. Only what the database has committed survives a
power cut.

The process that answers a turn holds a lock on its spool, which the operating system lets go of when the process dies.
So a lock that can be had means that nobody is answering any more.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from homespun.core.errors import StorageFull, Unavailable
from homespun.core.events import Began, Ended, Event, FinishReason, Piece
from homespun.core.ids import new_id

_encode = json.JSONEncoder(separators=(",", ":")).encode


class Spool:
    """The file of one open turn. Whoever has one is the only one who has it; `Spool.take` raises `SpoolTaken`."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self._path = path
        self._descriptor: int | None = descriptor
        self._torn = False
        """Part of a line was written; whatever followed it could not be read."""

    @classmethod
    def take(cls, path: Path) -> Spool:
        """Opens the file, makes it if there is none, and locks it until `close`, `discard` or the process's death."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        except OSError as error:
            raise _trouble(error) from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(descriptor)
            raise SpoolTaken from error
        return cls(path, descriptor)

    def note(self, event: Event) -> None:
        """Writes the event down; call it before the event is delivered. Takes microseconds. Raises `StorageFull`.

        Log-probabilities are not kept.
        """
        assert self._descriptor is not None, "the spool is closed"
        line = _write(event)
        if self._torn:
            raise StorageFull
        try:
            written = os.write(self._descriptor, line)
        except OSError as error:
            raise _trouble(error) from error
        if written < len(line):
            self._torn = True
            raise StorageFull

    def events(self) -> tuple[Event, ...]:
        """All that was noted, in order, up to the first line that isn't whole."""
        return tuple(read_events(self._path.read_bytes()))

    def close(self) -> None:
        """Lets go of the file and leaves it where it is, for `Journal.recover`."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def discard(self) -> None:
        """Removes the file: the database holds what it held, or there is nothing to keep."""
        self._path.unlink(missing_ok=True)
        self.close()


def host_of(folder: Path) -> str:
    """The name of the place where a folder of spools lies, made up once and kept in it.

    Servers on several machines share a database but not their spools; a turn remembers whose spool to look for.
    Raises `StorageFull` and `Unavailable`.
    """
    path, draft = folder / "host", folder / f".host-{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            draft.write_text(new_id("host"), encoding="ascii")
            with suppress(FileExistsError):  # another process was quicker
                os.link(draft, path)
            draft.unlink()
        return path.read_text(encoding="ascii")
    except OSError as error:
        raise _trouble(error) from error


class SpoolTaken(Unavailable):
    """Another process is answering this turn. Wait until it has."""

    code = "turn_in_progress"


def _trouble(error: OSError) -> Unavailable:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StorageFull()
    return Unavailable(f"The answer can't be noted on disk: {error.strerror}. Look after the data directory.")


def _write(event: Event) -> bytes:
    """One line. JSON escapes line breaks, so a line is whole if and only if it ends with one."""
    match event:
        case Began():
            record: list[str | int] = ["began", event.prompt_tokens, event.cached_tokens, event.prompt_digest]
        case Piece():
            record = ["piece", event.choice, event.text, event.tokens]
        case Ended():
            record = ["ended", event.choice, event.reason, event.completion_tokens]
    return _encode(record).encode() + b"\n"


def read_events(data: bytes) -> Iterator[Event]:
    """The events of a spool, or of a part of it that begins with a line, up to the first line that isn't whole."""
    whole, _, _ = data.rpartition(b"\n")
    with suppress(ValueError):
        for line in whole.split(b"\n"):
            yield _event(line)


def _event(line: bytes) -> Event:
    match json.loads(line):
        case ["began", int(prompt_tokens), int(cached_tokens), str(prompt_digest)]:
            return Began(prompt_tokens, cached_tokens, prompt_digest)
        case ["piece", int(choice), str(text), int(tokens)]:
            return Piece(choice, text, tokens)
        case ["ended", int(choice), str(reason), int(completion_tokens)]:
            return Ended(choice, FinishReason(reason), completion_tokens)
        case _:
            raise ValueError(line)
