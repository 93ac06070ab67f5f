"""What an open turn has said so far, on disk before anybody reads it."""

from __future__ import annotations

from pathlib import Path

from homespun.core.events import Event


class Spool:
    """An append-only file of one open turn's events."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def note(self, event: Event) -> None:
        """Writes the event down; call it before the event is delivered. Takes microseconds. Raises `StorageFull`."""
        raise NotImplementedError

    def close(self) -> None:
        """Lets go of the file and leaves it where it is."""
        raise NotImplementedError

    def discard(self) -> None:
        """Lets go of the file and removes it: the database holds what it held."""
        raise NotImplementedError
