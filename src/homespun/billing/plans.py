"""What a plan is: what a month costs, what each window allows, and who pays when a window is spent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from homespun.core.errors import Invalid
from homespun.store import storable_text

from .money import Money, checked_micros
from .windows import Period

_LONGEST_NAME = 100
_MOST_COUNT = 10**15


class Overflow(StrEnum):
    """What happens to turns when a plan's window is spent."""

    WALLET = "wallet"
    """The wallet pays them, and the rest of a turn that the plan covers in part."""
    REFUSE = "refuse"
    """They are refused until the window begins anew; the wallet is never touched."""


@dataclass(frozen=True, slots=True)
class Window:
    """What a plan allows within each day, week or month; None is no limit. Raises `Invalid`."""

    period: Period
    prompts: int | None = None
    tokens: int | None = None
    """Prompt and completion."""
    micros: int | None = None
    """Of cost by the price list."""

    def __post_init__(self) -> None:
        if self.period is Period.EVER:
            raise Invalid("A plan's window is a day, a week or a month.", param="period")
        limits = [limit for limit in (self.prompts, self.tokens, self.micros) if limit is not None]
        if not limits:
            raise Invalid("A window limits prompts, tokens or cost. Leave it out where nothing is limited.")
        if not all(type(limit) is int and 0 <= limit <= _MOST_COUNT for limit in limits):
            raise Invalid(f"A window's limit is a whole number from 0 to {_MOST_COUNT}.")


@dataclass(frozen=True, slots=True)
class PlanTerms:
    """A plan, before it has an id. Raises `Invalid` for what can't be."""

    name: str
    price: Money
    """For a month, taken from the wallet in advance."""
    windows: tuple[Window, ...] = ()
    overflow: Overflow = Overflow.WALLET
    is_default: bool = False
    """It is for everybody who has no subscription: a free allowance. It can't have a price."""

    def __post_init__(self) -> None:
        if not 1 <= len(storable_text(self.name, "name").strip()) <= _LONGEST_NAME:
            raise Invalid(f"A plan's name has 1 to {_LONGEST_NAME} characters.", param="name")
        if checked_micros(self.price.micros) < 0 or (self.is_default and self.price.micros):
            raise Invalid("A plan's price is nothing or more; the plan for everybody costs nothing.", param="price")
        if len({window.period for window in self.windows}) < len(self.windows):
            raise Invalid("A plan has one window of each length at most.", param="windows")


@dataclass(frozen=True, slots=True)
class Plan:
    """What a subscription gives."""

    id: str
    terms: PlanTerms
    created_at: datetime
    retired_at: datetime | None
    """Since then nobody can subscribe; those who have it keep it."""
