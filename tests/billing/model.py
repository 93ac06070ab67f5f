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
    has_plan: bool = False
    """Whether a plan pays a part of it; how much is billing's to say."""


@dataclass
class Model:
    """What everybody has."""

    balance: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    turns: dict[str, OpenTurn] = field(default_factory=dict)
    settled: dict[str, tuple[int, int]] = field(default_factory=dict)
    """What plan and wallet paid, by turn."""

    def held(self, payer: str) -> int:
        return sum(turn.held for turn in self.turns.values() if turn.payer == payer)

    def hold(self, turn_id: str, turn: OpenTurn) -> None:
        """With `longest` as billing has cut it."""
        worst = cost(turn.rates, turn.prompt, 0, turn.longest)
        assert turn.held <= worst if turn.has_plan else turn.held == worst
        assert turn.held <= self.balance[turn.payer]
        self.balance[turn.payer] -= turn.held
        self.turns[turn_id] = turn

    def settle(self, turn_id: str, prompt: int, cached: int, completion: int, *, by_plan: int) -> tuple[int, int]:
        """What plan and wallet pay."""
        turn = self.turns.pop(turn_id)
        due = cost(turn.rates, prompt, cached, completion) if completion else 0
        assert 0 <= by_plan <= due
        assert turn.has_plan or not by_plan
        self.balance[turn.payer] += turn.held
        by_wallet = min(due - by_plan, self.balance[turn.payer])
        self.balance[turn.payer] -= by_wallet
        self.settled[turn_id] = (by_plan, by_wallet)
        return self.settled[turn_id]
