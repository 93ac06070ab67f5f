"""Long lists, a page at a time: a page begins after the last row of the one before, however many there are."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from sqlalchemy import ColumnElement, literal, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from homespun.core.errors import Invalid
from homespun.store import UtcDateTime

Row = TypeVar("Row")
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Page(Generic[Value]):
    """Some values, and how to ask for those that come after."""

    values: tuple[Value, ...]
    next_cursor: str
    """Empty at the end."""


def after(
    moment: InstrumentedAttribute[datetime],
    row_id: InstrumentedAttribute[str],
    cursor: str,
    *,
    oldest_first: bool = False,
) -> list[ColumnElement[bool]]:
    """The rows after the cursor, newest first unless said otherwise. Raises `Invalid` for a cursor that wasn't ours."""
    if not cursor:
        return []
    last_moment, last_id = _read(cursor)
    row, last = tuple_(moment, row_id), tuple_(literal(last_moment, UtcDateTime()), literal(last_id))
    return [row > last if oldest_first else row < last]


def page_of(
    rows: Sequence[Row], limit: int, place: Callable[[Row], tuple[datetime, str]], value: Callable[[Row], Value]
) -> Page[Value]:
    """The page of these rows, of which one more than `limit` was asked for."""
    kept = rows[:limit]
    return Page(tuple(map(value, kept)), _write(*place(kept[-1])) if len(rows) > limit else "")


def _write(moment: datetime, row_id: str) -> str:
    return base64.urlsafe_b64encode(f"{moment.isoformat()} {row_id}".encode()).decode()


def _read(cursor: str) -> tuple[datetime, str]:
    try:
        moment, _, row_id = base64.urlsafe_b64decode(cursor.encode()).decode("ascii").partition(" ")
        at = datetime.fromisoformat(moment)
    except (ValueError, binascii.Error):
        at, row_id = None, ""
    if at is None or at.tzinfo is None or not row_id.isprintable():
        raise Invalid("The cursor is none of ours. Begin at the first page.", param="cursor")
    return at, row_id
