"""Calendar windows in UTC: days, weeks from Monday, months."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple


class Period(StrEnum):
    """How long a window is."""

    DAY = "day"
    """From midnight to midnight, UTC."""
    WEEK = "week"
    """From Monday to Sunday, UTC."""
    MONTH = "month"
    """A calendar month, UTC."""
    EVER = "ever"
    """All time."""


class Span(NamedTuple):
    """A window: from its first moment to the first one after it."""

    starts_at: datetime
    ends_at: datetime


ALL_TIME = Span(datetime(2000, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC))


def window(period: Period, moment: datetime) -> Span:
    """The window that the moment is in."""
    day = moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    match period:
        case Period.DAY:
            return Span(day, day + timedelta(days=1))
        case Period.WEEK:
            monday = day - timedelta(days=day.weekday())
            return Span(monday, monday + timedelta(days=7))
        case Period.MONTH:
            first = day.replace(day=1)
            return Span(first, (first + timedelta(days=31)).replace(day=1))
        case Period.EVER:
            return ALL_TIME
