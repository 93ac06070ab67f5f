"""How much of a turn the plan covers, what the wallet has to hold, and how long the answer may be. Pure arithmetic."""

from __future__ import annotations

from dataclasses import dataclass

from homespun.core.errors import BudgetSpent, PaymentRequired, PlanSpent

from .cost import Tariff, Tokens, cost_micros, most_completion_tokens
from .money import MOST_MICROS
from .values import MOST_TOKENS


@dataclass(frozen=True, slots=True)
class Allowance:
    """What the windows of a plan leave for one turn."""

    tokens: int = MOST_TOKENS * 2
    micros: int = MOST_MICROS
    falls_back: bool = True
    """Whether the wallet pays what the plan doesn't cover."""

    def covers(self, tariff: Tariff) -> bool:
        """Whether it is good for anything at all."""
        return self.tokens > 0 and (self.micros > 0 or tariff.is_free)

    def part(self, tariff: Tariff, used: Tokens) -> tuple[int, int]:
        """The tokens that are covered, the first ones, and the micros of cost."""
        tokens = min(used.total, self.tokens)
        return tokens, min(cost_micros(tariff, used.first(tokens)), self.micros)


@dataclass(frozen=True, slots=True)
class Means:
    """Out of what a turn can be paid."""

    balance: int
    """Micros that the wallet can spend; less than none where it owes something."""
    allowance: Allowance | None
    """None: no plan, or it is spent."""
    budget: int | None
    """Micros that key and member may still spend; None: no limit."""


@dataclass(frozen=True, slots=True)
class Reservation:
    """What is set aside for a turn."""

    used: Tokens
    """At worst."""
    is_covered: bool
    """Whether the plan covers it or a part of it."""
    plan_tokens: int
    plan_micros: int
    wallet_micros: int


def reserve(tariff: Tariff, wanted: Tokens, means: Means) -> Reservation:
    """Sets aside what a turn costs at worst, its answer cut to what can be paid.

    Raises `BudgetSpent`, `PlanSpent` or `PaymentRequired` where not even one token can be answered.
    """
    within_budget = _cut(tariff, wanted, MOST_MICROS if means.budget is None else means.budget)
    if within_budget.completion < 1:
        raise BudgetSpent
    allowance = means.allowance
    if allowance is not None and not allowance.falls_back:
        return _all_by_plan(tariff, within_budget, allowance)
    covered = allowance.part(tariff, within_budget)[1] if allowance else 0
    used = _cut(tariff, within_budget, max(means.balance, 0) + covered)
    if used.completion < 1:
        raise PaymentRequired
    plan_tokens, plan_micros = allowance.part(tariff, used) if allowance else (0, 0)
    wallet_micros = cost_micros(tariff, used) - plan_micros
    return Reservation(used, allowance is not None, plan_tokens, plan_micros, wallet_micros)


def _all_by_plan(tariff: Tariff, wanted: Tokens, allowance: Allowance) -> Reservation:
    longest = min(wanted.completion, allowance.tokens - wanted.prompt)
    used = _cut(tariff, _with_completion(wanted, longest), allowance.micros)
    if used.completion < 1:
        raise PlanSpent
    return Reservation(used, True, used.total, cost_micros(tariff, used), 0)


def _cut(tariff: Tariff, wanted: Tokens, micros: int) -> Tokens:
    return _with_completion(wanted, min(wanted.completion, most_completion_tokens(tariff, wanted, micros)))


def _with_completion(tokens: Tokens, completion: int) -> Tokens:
    return Tokens(tokens.prompt, tokens.cached, completion, tokens.requests)
