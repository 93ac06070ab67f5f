"""What is charged for a turn that has ended, and to whom. Pure arithmetic, the counterpart of `reserving`."""

from __future__ import annotations

from dataclasses import dataclass

from .cost import Tariff, Tokens, cost_micros


@dataclass(frozen=True, slots=True)
class Held:
    """What was set aside for a turn."""

    is_covered: bool
    """Whether a plan covers it or a part of it."""
    plan_tokens: int
    plan_micros: int
    wallet_micros: int

    @property
    def is_all_covered(self) -> bool:
        """Whether nothing of it is for the wallet to pay."""
        return self.is_covered and self.wallet_micros == 0


@dataclass(frozen=True, slots=True)
class Bill:
    """What a turn has cost, and who pays."""

    cost: int
    """Micros by the price; what is paid by neither plan nor wallet is written off."""
    plan_tokens: int
    plan_micros: int
    from_hold: int
    """Micros that were held for the turn."""
    from_balance: int
    """Micros beyond the hold, out of what the wallet can spend."""
    released: int
    """Micros of the hold that go back."""

    @property
    def wallet_micros(self) -> int:
        """All that the wallet pays."""
        return self.from_hold + self.from_balance


def bill(tariff: Tariff, used: Tokens, *, held: Held, balance: int) -> Bill:
    """Charges what was delivered: first to the plan, then to the hold, then to what `balance` can spend.

    Where not one token was delivered, nothing is charged, not even the prompt.
    """
    if used.completion == 0:
        return Bill(0, 0, 0, 0, 0, held.wallet_micros)
    cost = cost_micros(tariff, used)
    plan_tokens, plan_micros = _by_plan(tariff, used, cost, held)
    due = cost - plan_micros
    from_hold = min(due, held.wallet_micros)
    released = held.wallet_micros - from_hold
    from_balance = min(due - from_hold, max(balance, 0) + released)
    return Bill(cost, plan_tokens, plan_micros, from_hold, from_balance, released)


def _by_plan(tariff: Tariff, used: Tokens, cost: int, held: Held) -> tuple[int, int]:
    """Tokens and micros. Where the plan was to cover everything, it does, even if the prompt was longer than likely."""
    if held.is_all_covered:
        return used.total, cost
    tokens = min(used.total, held.plan_tokens)
    return tokens, min(cost_micros(tariff, used.first(tokens)), held.plan_micros)
