"""The books as a few dictionaries: what billing has to come to, written without a look at how it does it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from fractions import Fraction

Rates = tuple[int, int, int]
"""Micros for a million prompt tokens, cached ones, completion tokens."""


def cost(rates: Rates, prompt: int, cached: int, completion: int) -> int:
    """By exact fractions, half a micro rounded up."""
    exact = Fraction((prompt - cached) * rates[0] + cached * rates[1] + completion * rates[2], 1_000_000)
    return int(exact + Fraction(1, 2))


@dataclass
class OpenTurn:
    """A turn that is held and not settled."""

    payer: str
    rates: Rates
    prompt: int
    longest: int
    held: int


@dataclass
class Model:
    """What everybody has."""

    balance: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    turns: dict[str, OpenTurn] = field(default_factory=dict)
    charged: dict[str, int] = field(default_factory=dict)
    """By turn that is settled."""

    def held(self, payer: str) -> int:
        return sum(turn.held for turn in self.turns.values() if turn.payer == payer)

    def can_hold(self, payer: str, rates: Rates, prompt: int) -> bool:
        return cost(rates, prompt, 0, 1) <= self.balance[payer]

    def hold(self, turn_id: str, turn: OpenTurn) -> None:
        """With `longest` as billing has cut it: as long as can be paid, and no longer."""
        assert turn.held == cost(turn.rates, turn.prompt, 0, turn.longest)
        assert turn.held <= self.balance[turn.payer]
        self.balance[turn.payer] -= turn.held
        self.turns[turn_id] = turn

    def settle(self, turn_id: str, prompt: int, cached: int, completion: int) -> int:
        """What the wallet pays."""
        turn = self.turns.pop(turn_id)
        due = cost(turn.rates, prompt, cached, completion) if completion else 0
        self.balance[turn.payer] += turn.held
        paid = min(due, self.balance[turn.payer])
        self.balance[turn.payer] -= paid
        self.charged[turn_id] = paid
        return paid
