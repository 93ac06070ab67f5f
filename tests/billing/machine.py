"""Random interleavings of all that moves money, against the model."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule
from sqlalchemy import delete

from homespun.billing import Billing, Charge, Delivery, Hold, Money, Settings, Tariff
from homespun.core.clock import FakeClock
from homespun.core.errors import Conflict, HomespunError, Invalid, PaymentRequired
from homespun.store import Base, Store

from .model import Model, OpenTurn, Rates, cost

Run = Callable[[Coroutine[Any, Any, Any]], Any]
"""Runs to the end what a rule has to wait for."""

PAYERS = st.sampled_from(["person_a", "person_b", "team_c"])
TOKENS = st.integers(0, 3000)
RATES = st.tuples(st.integers(0, 9_000_000), st.integers(0, 9_000_000), st.integers(0, 9_000_000))


class Killed(Exception):
    """The process died before it could commit."""


class Books(RuleBasedStateMachine):
    """Billing and the model side by side."""

    turns = Bundle("turns")
    """Turns that are open, or have been."""

    def __init__(self, store: Store, run: Run) -> None:
        super().__init__()
        self.store, self.run = store, run
        self.clock = FakeClock()
        self.billing = Billing(store, self.clock, Settings())
        self.model = Model()
        self.rates: Rates = (0, 0, 0)
        self.charges: dict[str, Charge] = {}
        self.count = 0
        self.run(self._empty())

    async def _empty(self) -> None:
        async with self.store.write() as session:
            for table in reversed(Base.metadata.sorted_tables):
                await session.execute(delete(table))

    @initialize(rates=RATES, micros=st.integers(1, 60_000))
    def open_the_shop(self, rates: Rates, micros: int) -> None:
        self.change_the_price(rates)
        for payer in ("person_a", "person_b", "team_c"):
            self.give_or_take(payer, micros)

    # What moves money

    @rule(payer=PAYERS, micros=st.integers(-20_000, 60_000))
    def give_or_take(self, payer: str, micros: int) -> None:
        possible = micros != 0 and self.model.balance[payer] + micros >= 0
        try:
            self.run(self.billing.adjust(payer, Money(micros, "USD")))
        except Invalid:
            assert not possible
        else:
            assert possible
            self.model.balance[payer] += micros

    @rule(payer=PAYERS, micros=st.integers(1, 1000))
    def give_twice_by_mistake(self, payer: str, micros: int) -> None:
        reference = self._next("transfer")
        self.run(self.billing.adjust(payer, Money(micros, "USD"), reference=reference))
        self.model.balance[payer] += micros
        with pytest.raises(Conflict):
            self.run(self.billing.adjust(payer, Money(micros, "USD"), reference=reference))

    @rule(rates=RATES)
    def change_the_price(self, rates: Rates) -> None:
        self.clock.advance(1)
        self.rates = (max(rates[:2]), min(rates[:2]), rates[2])
        self.run(self.billing.prices.set(Tariff(*self.rates)))

    @rule(target=turns, wanted=st.lists(st.tuples(PAYERS, TOKENS, st.integers(1, 3000)), min_size=1, max_size=4))
    def ask(self, wanted: list[tuple[str, int, int]]) -> Any:
        charges = [self._charge(*one) for one in wanted]
        outcomes = self.run(self._hold(charges))
        for charge, outcome in zip(charges, outcomes, strict=True):
            self._compare_hold(charge, outcome)
        return multiple(*(charge.turn_id for charge in charges))

    @rule(turn_id=turns)
    def ask_again(self, turn_id: str) -> None:
        (outcome,) = self.run(self._hold([self.charges[turn_id]]))
        if turn_id in self.model.turns:
            assert isinstance(outcome, Hold)
            assert outcome.micros_held == self.model.turns[turn_id].held
        elif turn_id in self.model.charged:
            assert isinstance(outcome, Conflict)
        else:  # it was refused before, and money may have come since
            self._compare_hold(self.charges[turn_id], outcome)

    @rule(turn_id=turns, prompt=TOKENS, cached=TOKENS, completion=TOKENS)
    def answer(self, turn_id: str, prompt: int, cached: int, completion: int) -> None:
        """All of it or a part: complete, aborted, failed, or recovered after the server was killed."""
        if turn_id not in self.model.turns:
            return
        longest = self.model.turns[turn_id].longest
        delivery = self._delivery(turn_id, prompt, cached, min(completion, longest))
        paid = self.model.settle(turn_id, delivery.prompt_tokens, delivery.cached_tokens, delivery.completion_tokens)
        assert self.run(self._settle([delivery])) == [paid]

    @rule(turn_ids=st.lists(turns, min_size=2, max_size=4), completion=TOKENS)
    def answer_together(self, turn_ids: list[str], completion: int) -> None:
        turn_ids = [turn_id for turn_id in dict.fromkeys(turn_ids) if turn_id in self.model.turns]
        deliveries = [
            self._delivery(id_, self.model.turns[id_].prompt, 0, min(completion, self.model.turns[id_].longest))
            for id_ in turn_ids
        ]
        paid = [self.model.settle(one.turn_id, one.prompt_tokens, 0, one.completion_tokens) for one in deliveries]
        assert self.run(self._settle(deliveries)) == paid

    @rule(turn_id=turns, prompt=TOKENS, completion=TOKENS)
    def answer_again(self, turn_id: str, prompt: int, completion: int) -> None:
        """A settlement that is tried once more, with whatever numbers, twice at a time."""
        if turn_id not in self.model.charged:
            return
        delivery = self._delivery(turn_id, prompt, 0, completion)
        paid = self.model.charged[turn_id]
        assert self.run(self._at_once([delivery], [delivery])) == [[paid], [paid]]

    @rule(turn_id=turns, completion=TOKENS)
    def two_answer_at_once(self, turn_id: str, completion: int) -> None:
        """The server and the recovery of another: one of them settles."""
        if turn_id not in self.model.turns:
            return
        turn = self.model.turns[turn_id]
        delivery = self._delivery(turn_id, turn.prompt, 0, min(completion, turn.longest))
        paid = self.model.settle(turn_id, turn.prompt, 0, delivery.completion_tokens)
        assert self.run(self._at_once([delivery], [delivery])) == [[paid], [paid]]

    @rule(payer=PAYERS, prompt=TOKENS, longest=st.integers(1, 3000))
    def be_killed_while_asking(self, payer: str, prompt: int, longest: int) -> None:
        with pytest.raises(Killed):
            self.run(self._hold([self._charge(payer, prompt, longest)], is_killed=True))

    @rule(turn_id=turns, completion=TOKENS)
    def be_killed_while_settling(self, turn_id: str, completion: int) -> None:
        if turn_id in self.model.turns:
            with pytest.raises(Killed):
                self.run(self._settle([self._delivery(turn_id, 5, 0, completion)], is_killed=True))

    # What has to be true at all times

    @invariant()
    def everybody_has_what_the_model_says(self) -> None:
        for payer in ("person_a", "person_b", "team_c"):
            balance = self.run(self.billing.balance(payer))
            assert balance.available.micros == self.model.balance[payer]
            assert balance.held.micros == self.model.held(payer)

    def teardown(self) -> None:
        assert self.run(self.billing.audit.verify()) == ()
        self.clock.advance(60)
        _, findings = self.run(self.billing.audit.verify_since(0))
        assert findings == ()

    # How it is done

    def _next(self, prefix: str) -> str:
        self.count += 1
        return f"{prefix}_{self.count:06}"

    def _charge(self, payer: str, prompt: int, longest: int) -> Charge:
        turn_id = self._next("turn")
        self.charges[turn_id] = Charge(
            turn_id, payer, "person_a", None, "key_1", None, "api", "parrot", prompt, longest, self.clock.now()
        )
        return self.charges[turn_id]

    def _delivery(self, turn_id: str, prompt: int, cached: int, completion: int) -> Delivery:
        return Delivery(turn_id, prompt, min(cached, prompt), completion, self.clock.now() + timedelta(seconds=1))

    async def _hold(self, charges: list[Charge], *, is_killed: bool = False) -> list[Hold | HomespunError]:
        async with self.store.write() as session:
            outcomes = await self.billing.hold(session, charges)
            if is_killed:
                raise Killed
        return outcomes

    async def _settle(self, deliveries: list[Delivery], *, is_killed: bool = False) -> list[int]:
        async with self.store.write() as session:
            settlements = await self.billing.settle(session, deliveries)
            if is_killed:
                raise Killed
        return [one.paid_by_wallet for one in settlements]

    async def _at_once(self, *groups: list[Delivery]) -> list[list[int]]:
        return list(await asyncio.gather(*(self._settle(group) for group in groups)))

    def _compare_hold(self, charge: Charge, outcome: Hold | HomespunError) -> None:
        # A turn that is asked again later is asked for the price of its own moment, which the model doesn't keep.
        rates = self.rates if charge.at == self.clock.now() else self._rates_of(charge)
        prompt, payer = charge.likely_prompt_tokens, charge.payer_id
        if isinstance(outcome, HomespunError):
            assert isinstance(outcome, PaymentRequired)
            assert not self.model.can_hold(payer, rates, prompt)
            return
        longest = outcome.max_completion_tokens
        one_more = cost(rates, prompt, 0, longest + 1)
        assert longest == charge.max_completion_tokens or one_more > self.model.balance[payer]
        self.model.hold(charge.turn_id, OpenTurn(payer, rates, prompt, longest, outcome.micros_held))

    def _rates_of(self, charge: Charge) -> Rates:
        prices = [price for price in self.run(self.billing.prices.all()) if price.valid_from <= charge.at]
        if not prices:
            return (0, 0, 0)
        tariff = prices[0].tariff
        return (tariff.input_micros, tariff.cached_input_micros, tariff.output_micros)
