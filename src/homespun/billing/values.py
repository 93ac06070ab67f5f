"""The values that cross billing's border with every turn. People, teams, keys and turns are opaque ids here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from homespun.core.errors import Invalid

from .money import Money

MOST_TOKENS = 10**9
"""More tokens than any turn has: with the dearest price they still cost less than the largest amount."""
MOST_MACHINE_US = 10**12
"""Eleven days: the machine works for no turn as long, and a million such still fit into 64 bits."""


class BudgetPeriod(StrEnum):
    """How long a budget lasts."""

    MONTH = "month"
    """A calendar month in UTC; then it begins anew."""
    EVER = "ever"
    """It never begins anew."""


@dataclass(frozen=True, slots=True)
class KeyBudget:
    """How much a key's turns may cost, whoever pays for them."""

    micros: int
    period: BudgetPeriod = BudgetPeriod.MONTH


@dataclass(frozen=True, slots=True)
class Charge:
    """A turn that wants to be asked, as far as money goes. Raises `Invalid` for counts that can't be."""

    turn_id: str
    payer_id: str
    """Whose plan and wallet pay: a person's or a team's."""
    person_id: str
    team_id: str | None
    key_id: str | None
    key_budget: KeyBudget | None
    door: str
    model: str
    likely_prompt_tokens: int
    """An estimate. What the prompt turns out to have is charged."""
    max_completion_tokens: int
    """Of all choices together."""
    at: datetime
    requests: int = 1
    """0 for the second and further prompts of one request, which pay the price per request once."""
    is_free: bool = False
    """It is on the house: no price, no plan and no budget counts; what it used is noted all the same."""

    def __post_init__(self) -> None:
        _checked_count(self.likely_prompt_tokens, "likely_prompt_tokens")
        _checked_count(self.max_completion_tokens, "max_completion_tokens", least=1)
        _checked_count(self.requests, "requests")


@dataclass(frozen=True, slots=True)
class Hold:
    """Money set aside for a turn, and how long its answer may be for it."""

    turn_id: str
    micros_held: int
    """In the payer's wallet; what the plan covers needs no hold."""
    currency: str
    plan_id: str | None
    """The plan that covers the turn or a part of it."""
    max_completion_tokens: int
    """Of all choices together; cut to what the payer can afford, at least 1."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What somebody got of an answer. Nothing else is charged; where there were no tokens, not even the prompt.

    Raises `Invalid` for counts that can't be.
    """

    turn_id: str
    prompt_tokens: int
    """With those that came from the cache."""
    cached_tokens: int
    completion_tokens: int
    """Of all choices together."""
    at: datetime
    machine_us: int | None = None
    """How long the machine worked for it, delivered or not; None: nobody has measured it. It changes no charge."""

    def __post_init__(self) -> None:
        _checked_count(self.prompt_tokens, "prompt_tokens")
        _checked_count(self.completion_tokens, "completion_tokens")
        _checked_count(self.cached_tokens, "cached_tokens", most=self.prompt_tokens)
        if self.machine_us is not None:
            _checked_count(self.machine_us, "machine_us", most=MOST_MACHINE_US)


@dataclass(frozen=True, slots=True)
class Settlement:
    """What a turn has cost, and who paid."""

    turn_id: str
    cost: Money
    """By the price list. What neither plan nor wallet could pay of it was written off."""
    paid_by_plan: int
    """Micros."""
    paid_by_wallet: int
    """Micros."""


def _checked_count(count: int, param: str, *, least: int = 0, most: int = MOST_TOKENS) -> None:
    if type(count) is not int or not least <= count <= most:
        raise Invalid(f"{param} is a whole number from {least} to {most}.", param=param)
