"""The days that a report is about."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated

from fastapi import Depends, Query

from homespun.billing import Range

from .guard import Parts

_A_MONTH = timedelta(days=29)


def _days(
    parts: Parts, first: Annotated[date | None, Query()] = None, last: Annotated[date | None, Query()] = None
) -> Range:
    """In UTC; the last thirty where nothing is said."""
    last = last or parts.clock.now().date()
    return Range(first or last - min(_A_MONTH, last - date.min), last)


Days = Annotated[Range, Depends(_days)]
