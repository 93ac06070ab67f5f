"""From when to when something is good. A clock that is set back makes nothing good again that is yet to be made."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_
from sqlalchemy.orm import InstrumentedAttribute

SKEW = timedelta(minutes=5)
"""So much may the clocks of several servers differ."""


def is_alive(made_at: datetime, expires_at: datetime | None, now: datetime) -> bool:
    """Whether it is good now."""
    return made_at - SKEW <= now and (expires_at is None or now < expires_at)


def alive(
    made_at: InstrumentedAttribute[datetime], expires_at: InstrumentedAttribute[datetime], now: datetime
) -> ColumnElement[bool]:
    """The same, for the database to find."""
    return and_(made_at <= now + SKEW, expires_at > now)
