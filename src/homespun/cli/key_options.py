"""What the options of `homespun keys create` mean: amounts, moments, scopes."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from homespun.core.errors import Invalid

if TYPE_CHECKING:
    from homespun.accounts import Budget, Scope

_MICROS = 1_000_000
_SPANS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def budget(text: str) -> Budget:
    """`12.50/month` or `12.50/ever`, in the currency of the settings. Raises `Invalid`."""
    from homespun.accounts import Budget, Period

    amount, slash, period = text.partition("/")
    try:
        micros = Decimal(amount) * _MICROS
        if not micros.is_finite() or micros != int(micros):
            raise ValueError(amount)
        return Budget(int(micros), Period(period if slash else Period.MONTH))
    except (InvalidOperation, ValueError):
        raise Invalid("A budget is written 12.50/month or 12.50/ever.", param="budget") from None


def expiry(text: str, now: datetime) -> datetime:
    """`30d`, `12h`, or a day or moment such as 2027-01-31, in UTC unless it says otherwise. Raises `Invalid`."""
    try:
        if span := re.fullmatch(r"(\d{1,6})([mhdw])", text):
            return now + timedelta(**{_SPANS[span[2]]: int(span[1])})
        moment = datetime.fromisoformat(text)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise Invalid("A time is written 30d, 12h, 2027-01-31 or 2027-01-31T18:00+08:00.", param="expires") from None


def scopes(names: list[str]) -> frozenset[Scope]:
    """The scopes of these names, the usual ones if there are none. Raises `Invalid`."""
    from homespun.accounts import USUAL_SCOPES, Scope

    try:
        return frozenset(map(Scope, names)) or USUAL_SCOPES
    except ValueError:
        raise Invalid(f"Scopes are {', '.join(Scope)}.", param="scope") from None
