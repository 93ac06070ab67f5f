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

    def news(self) -> list[Event]:
        """The events since the last call; none where there is no spool here, or no more of it."""
        try:
            with self._path.open("rb") as file:
                file.seek(self._offset)
                data = file.read()
        except FileNotFoundError:
            return []
        whole = data.rpartition(b"\n")[0]
        if whole:
            self._offset += len(whole) + 1
        return list(read_events(data))
