"""How a turn ended whose process died: by what its spool holds."""

from __future__ import annotations

from collections.abc import Iterable

from homespun.core.events import Event

from .said import Said
from .values import Closing, TurnState


def interrupted(events: Iterable[Event]) -> Closing:
    """The closing of a turn that said this and then no more. Choices that had not ended end with ERROR."""
    said = Said()
    for event in events:
        said.add(event)
    return said.closing(TurnState.INTERRUPTED)
