"""What is being said by a turn that another process of this machine answers: read from its spool as it grows."""

from __future__ import annotations

from pathlib import Path

from homespun.core.events import Event

from .spool import read_events


class Overheard:
    """A reader of one turn's spool, with a place of its own in it. It takes no lock and disturbs nobody."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = 0

    @property
    def is_here(self) -> bool:
        """Whether there is a spool: the turn is answered on this machine, and not closed yet."""
        return self._path.exists()

    def news(self) -> list[Event]:
        """The events since the last call; none where there is no spool here, or no more of it."""
        return list(read_events(self.lines()))

    def lines(self) -> bytes:
        """The same as whole lines, as they are in the spool."""
        try:
            with self._path.open("rb") as file:
                file.seek(self._offset)
                data = file.read()
        except FileNotFoundError:
            return b""
        whole = data[: data.rfind(b"\n") + 1]
        self._offset += len(whole)
        return whole
