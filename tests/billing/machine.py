"""Random interleavings of all that moves money, against the model."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine, Mapping
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule
from sqlalchemy import delete, text
from sqlalchemy.exc import IntegrityError

from homespun.billing import (
    Billing,
    Charge,
    Delivery,
    Hold,
    Money,
    PaymentRefused,
    Payments,
    Period,
    PlanTerms,
    Settings,
    Settlement,
    Tariff,
    Window,
)
from homespun.billing.payments import EventKind, PaymentEvent
from homespun.core.clock import FakeClock
from homespun.core.errors import Conflict, HomespunError, Invalid, PaymentRequired, Unavailable
from homespun.store import Base, Store

from .model import Model, OpenTurn, Rates, cost

Run = Callable[[Coroutine[Any, Any, Any]], Any]
"""Runs to the end what a rule has to wait for."""

PLANNED = "person_planned"
"""Has a plan, whose window is often spent."""
EVERYBODY = ("person_a", "person_b", "team_c", PLANNED)
PAYERS = st.sampled_from(EVERYBODY)
TOKENS = st.integers(0, 3000)
AMOUNTS = st.integers(1, 60_000)
RATES = st.tuples(st.integers(0, 9_000_000), st.integers(0, 9_000_000), st.integers(0, 9_000_000))
ALLOWED = 20_000
"""Micros a day that the plan covers."""


class Killed(Exception):
    """The process died before it could commit."""


class Bank:
    """A payment provider that does what a test wants."""

    name = "bank"

    def __init__(self) -> None:
        self.trouble: HomespunError | None = None

    async def start(self, payment_id: str, amount: Money, *, return_url: str) -> str:
        return return_url

    def event(self, body: bytes, headers: Mapping[str, str]) -> PaymentEvent:
        event_id, payment_id, micros = json.loads(body)
        return PaymentEvent(event_id, EventKind.PAID, Money(micros, "USD"), payment_id, f"money of {payment_id}")

    async def refund(self, reference: str, amount: Money, *, refund_id: str) -> str:
        if self.trouble:
            raise self.trouble
        return f"done {refund_id}"


class Books(RuleBasedStateMachine):
    """Billing and the model side by side."""

    turns = Bundle("turns")
    """Turns that are open, or have been."""
    vouchers = Bundle("vouchers")
    payments = Bundle("payments")

    def __init__(self, store: Store, run: Run) -> None:
        super().__init__()
        self.store, self.run = store, run
        self.clock = FakeClock()
        self.billing = Billing(store, self.clock, Settings())
        self.bank = Bank()
        self.desk = Payments(store, self.clock, "USD", {"bank": self.bank})
        self.model = Model()
        self.rates: list[tuple[Any, Rates]] = []
        self.charges: dict[str, Charge] = {}
        self.redeemed: dict[str, set[str]] = {}
        self.paid: dict[str, tuple[str, int]] = {}
        """Payer and what is left of it, by payment."""
        self.count = 0
        self.run(self._empty())

    async def _empty(self) -> None:
        async with self.store.write() as session:
            for table in reversed(Base.metadata.sorted_tables):
                await session.execute(delete(table))

    @initialize(rates=RATES, micros=AMOUNTS)
    def open_the_shop(self, rates: Rates, micros: int) -> None:
        self.change_the_price(rates)
        for payer in EVERYBODY:
            self.give_or_take(payer, micros)
        terms = PlanTerms("Basic", Money(0, "USD"), (Window(Period.DAY, micros=ALLOWED, tokens=9000),))
        self.run(self.billing.plans.subscribe(PLANNED, self.run(self.billing.plans.add(terms)).id))

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

    @rule(payer=PAYERS, micros=AMOUNTS)
    def give_twice_by_mistake(self, payer: str, micros: int) -> None:
        reference = self._next("transfer")
        self.run(self.billing.adjust(payer, Money(micros, "USD"), reference=reference))
        self.model.balance[payer] += micros
        with pytest.raises(Conflict):
            self.run(self.billing.adjust(payer, Money(micros, "USD"), reference=reference))

    @rule(payer=PAYERS, other=PAYERS)
    def move_everything(self, payer: str, other: str) -> None:
        self.run(self.billing.move(payer, other))
        moved, self.model.balance[payer] = self.model.balance[payer], 0
        self.model.balance[other] += moved

    @rule(target=vouchers, micros=AMOUNTS, uses=st.integers(1, 2))
    def make_a_voucher(self, micros: int, uses: int) -> tuple[str, int, int]:
        _, code = self.run(self.billing.vouchers.create(Money(micros, "USD"), uses=uses))
        self.redeemed[code] = set()
        return code, micros, uses

    @rule(voucher=vouchers, payers=st.lists(PAYERS, min_size=1, max_size=3))
    def redeem_at_once(self, voucher: tuple[str, int, int], payers: list[str]) -> None:
        code, micros, uses = voucher
        credited = self.run(self._redeem(code, payers))
        assert len(credited) == len(set(credited)), "the same holder twice"
        assert not self.redeemed[code] & set(credited), "the same holder again"
        self.redeemed[code] |= set(credited)
        wanted = set(payers) - (self.redeemed[code] - set(credited))
        assert len(credited) == min(len(wanted), uses - len(self.redeemed[code]) + len(credited))
        for payer in credited:
            self.model.balance[payer] += micros

    @rule(target=payments, payer=PAYERS, micros=AMOUNTS)
    def top_up_and_be_told_twice_at_once(self, payer: str, micros: int) -> str:
        checkout = self.run(self.desk.start(payer, Money(micros, "USD"), provider="bank", return_url="/"))
        told = json.dumps([self._next("event"), checkout.payment_id, micros]).encode()
        assert sorted(self.run(self._take_twice(told))) == [False, True]
        self.model.balance[payer] += micros
        self.paid[checkout.payment_id] = (payer, micros)
        return str(checkout.payment_id)

    @rule(payment_id=payments, micros=AMOUNTS, trouble=st.sampled_from([None, PaymentRefused(), Unavailable()]))
    def give_back(self, payment_id: str, micros: int, trouble: HomespunError | None) -> None:
        payer, left = self.paid[payment_id]
        self.bank.trouble = trouble
        refund = self.desk.refund(payment_id, Money(micros, "USD"))
        if micros > min(left, self.model.balance[payer]):
            with pytest.raises(Invalid):
                self.run(refund)
            return
        if trouble:
            with pytest.raises(type(trouble)):
                self.run(refund)
        else:
            self.run(refund)
        if not isinstance(trouble, PaymentRefused):
            self.model.balance[payer] -= micros
            self.paid[payment_id] = (payer, left - micros)

    @rule()
    def carry_out_what_was_left(self) -> None:
        self.bank.trouble = None
        self.run(self.desk.finish_refunds())

    @rule(rates=RATES, hours=st.integers(0, 30))
    def change_the_price(self, rates: Rates, hours: int = 0) -> None:
        self.clock.advance(1 + 3600 * hours)
        self.rates.append((self.clock.now(), (max(rates[:2]), min(rates[:2]), rates[2])))
        self.run(self.billing.prices.set(Tariff(*self.rates[-1][1])))

    @rule(target=turns, wanted=st.lists(st.tuples(PAYERS, TOKENS, st.integers(1, 3000)), min_size=1, max_size=4))
    def ask(self, wanted: list[tuple[str, int, int]]) -> Any:
        charges = [self._charge(*one) for one in wanted]
        outcomes = self.run(self._hold(charges))
        for charge, outcome in zip(charges, outcomes, strict=True):
            self._compare_hold(charge, outcome)
        return multiple(*(charge.turn_id for charge in charges))

    @rule(turn_id=turns)
    def ask_again(self, turn_id: str) -> None:
        if turn_id in self.model.turns or turn_id in self.model.settled:
            self.run(self._hold_in_vain(self.charges[turn_id]))
        else:  # it was refused before, and money may have come since
            (outcome,) = self.run(self._hold([self.charges[turn_id]]))
            self._compare_hold(self.charges[turn_id], outcome)

    @rule(turn_id=turns, prompt=TOKENS, cached=TOKENS, completion=TOKENS)
    def answer(self, turn_id: str, prompt: int, cached: int, completion: int) -> None:
        """All of it or a part: complete, aborted, failed, or recovered after the server was killed."""
        if turn_id in self.model.turns:
            self._settle_and_compare([self._delivery(turn_id, prompt, cached, completion)])

    @rule(turn_ids=st.lists(turns, min_size=2, max_size=4), prompt=TOKENS, completion=TOKENS)
    def answer_together(self, turn_ids: list[str], prompt: int, completion: int) -> None:
        open_ids = [turn_id for turn_id in dict.fromkeys(turn_ids) if turn_id in self.model.turns]
        self._settle_and_compare([self._delivery(turn_id, prompt, 0, completion) for turn_id in open_ids])

    @rule(turn_id=turns, prompt=TOKENS, completion=TOKENS)
    def answer_again(self, turn_id: str, prompt: int, completion: int) -> None:
        """A settlement that is tried once more, with whatever numbers."""
        if turn_id in self.model.settled:
            (again,) = self.run(self._settle([self._delivery(turn_id, prompt, 0, completion)]))
            assert (again.paid_by_plan, again.paid_by_wallet) == self.model.settled[turn_id]

    @rule(turn_id=turns, prompt=TOKENS, completion=TOKENS)
    def two_answer_at_once(self, turn_id: str, prompt: int, completion: int) -> None:
        """The server and the recovery of another: one of them settles."""
        if turn_id in self.model.turns:
            delivery = self._delivery(turn_id, prompt, 0, completion)
            one, other = self.run(self._at_once([delivery], [delivery]))
            assert one == other
            self._compare_settlement(delivery, one[0])

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
        kept = self.run(self._wallets())
        for payer in EVERYBODY:
            assert kept.get(payer, (0, 0)) == (self.model.balance[payer], self.model.held(payer)), payer

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
        if turn := self.model.turns.get(turn_id):
            completion = min(completion, turn.longest)
        return Delivery(turn_id, prompt, min(cached, prompt), completion, self.clock.now() + timedelta(seconds=1))

    async def _wallets(self) -> dict[str, tuple[int, int]]:
        """What can be spent and what is held, by holder, in one query."""
        async with self.store.read() as session:
            rows = await session.execute(text("SELECT holder_id, balance_micros, held_micros FROM wallets"))
            return {holder: (balance, held) for holder, balance, held in rows}

    async def _hold(self, charges: list[Charge], *, is_killed: bool = False) -> list[Hold | HomespunError]:
        async with self.store.write() as session:
            outcomes = await self.billing.hold(session, charges)
            if is_killed:
                raise Killed
        return outcomes

    async def _settle(self, deliveries: list[Delivery], *, is_killed: bool = False) -> list[Settlement]:
        async with self.store.write() as session:
            settlements = await self.billing.settle(session, deliveries)
            if is_killed:
                raise Killed
        return settlements

    async def _at_once(self, *groups: list[Delivery]) -> list[list[Settlement]]:
        return list(await asyncio.gather(*(self._settle(group) for group in groups)))

    async def _redeem(self, code: str, payers: list[str]) -> list[str]:
        """Who got it."""
        tries = [self.billing.vouchers.redeem(payer, code) for payer in payers]
        outcomes = await asyncio.gather(*tries, return_exceptions=True)
        assert all(isinstance(outcome, Money | Conflict) for outcome in outcomes), outcomes
        return [payer for payer, outcome in zip(payers, outcomes, strict=True) if isinstance(outcome, Money)]

    async def _take_twice(self, told: bytes) -> list[bool]:
        return list(await asyncio.gather(*(self.desk.take_event("bank", told, {}) for _ in range(2))))

    def _settle_and_compare(self, deliveries: list[Delivery]) -> None:
        for delivery, settlement in zip(deliveries, self.run(self._settle(deliveries)), strict=True):
            self._compare_settlement(delivery, settlement)

    def _compare_settlement(self, delivery: Delivery, settlement: Settlement) -> None:
        counts = (delivery.prompt_tokens, delivery.cached_tokens, delivery.completion_tokens)
        paid = self.model.settle(delivery.turn_id, *counts, by_plan=settlement.paid_by_plan)
        assert (settlement.paid_by_plan, settlement.paid_by_wallet) == paid

    async def _hold_in_vain(self, charge: Charge) -> None:
        try:
            (outcome,) = await self._hold([charge])
        except IntegrityError:
            return
        assert isinstance(outcome, PaymentRequired), "the money has gone meanwhile"

    def _compare_hold(self, charge: Charge, outcome: Hold | HomespunError) -> None:
        prompt, payer = charge.likely_prompt_tokens, charge.payer_id
        rates = next(rates for since, rates in reversed(self.rates) if since <= charge.at)
        if isinstance(outcome, HomespunError):
            assert isinstance(outcome, PaymentRequired)
            assert cost(rates, prompt, 0, 1) > self.model.balance[payer]
            return
        longest = outcome.max_completion_tokens
        one_more = cost(rates, prompt, 0, longest + 1)
        assert longest == charge.max_completion_tokens or one_more > self.model.balance[payer]
        turn = OpenTurn(payer, rates, prompt, longest, outcome.micros_held, has_plan=outcome.plan_id is not None)
        assert payer == PLANNED or not turn.has_plan
        self.model.hold(charge.turn_id, turn)
