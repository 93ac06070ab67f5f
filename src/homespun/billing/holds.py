"""Holds: the first of a turn's two bookings. What a turn may cost is set aside before it is asked.

Made for groups: however many turns there are, each table is read once and written once. The wallets' lock comes first,
and all else that belongs to a payer is read under it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from homespun.core.errors import HomespunError, PaymentRequired

from . import budgets
from .allowances import Case, Room, allowance_of, explained, meters_of, rooms_of
from .cost import cost_micros
from .ledger import Entry, held, post, wallet
from .meters import Meters, plan_meters, spending_meters
from .offer import Offer, Terms
from .reserving import Means, Reservation, reserve
from .states import UsageState
from .tables import USAGE
from .values import Charge, Hold
from .wallets import WalletKey, Wallets

_ADD = insert(USAGE)


async def hold(
    session: AsyncSession, charges: Sequence[Charge], offer: Offer, currency: str
) -> list[Hold | HomespunError]:
    """Sets aside what each turn may cost; see `Billing.hold`."""
    cases = await _cases(session, charges, offer, currency)
    group = await _Group.begin(session, cases)
    outcomes = [group.admit(case) for case in cases]
    await group.write(session)
    return outcomes


async def _cases(session: AsyncSession, charges: Sequence[Charge], offer: Offer, currency: str) -> list[Case]:
    if not charges:
        return []
    terms = await offer.terms(session, {charge.payer_id for charge in charges}, charges[0].at)
    member_budgets = await budgets.of_members(session, charges)
    return [_case(charge, terms, member_budgets, currency) for charge in charges]


def _case(charge: Charge, terms: Terms, member_budgets: budgets.Budgets, currency: str) -> Case:
    if charge.is_free:
        return Case(charge, None, None, (), WalletKey(charge.payer_id, currency))
    price, plan = terms.prices.price(charge.model, charge.door, charge.at), terms.plans.get(charge.payer_id)
    if plan and price and not price.tariff.is_free and plan.terms.price.currency != price.currency:
        plan = None  # it promised another currency's worth
    key = WalletKey(charge.payer_id, price.currency if price else currency)
    return Case(charge, price, plan, budgets.budgets_of(charge, member_budgets), key)


class _Group:
    """Admissions of one unit of work: each sees what those before it have set aside."""

    def __init__(self, wallets: Wallets, meters: Meters) -> None:
        self._wallets = wallets
        self._meters = meters
        self._usage: list[dict[str, Any]] = []
        self._entries: list[Entry] = []

    @classmethod
    async def begin(cls, session: AsyncSession, cases: Sequence[Case]) -> _Group:
        """Locks the wallets, then reads the meters."""
        wallets = await Wallets.lock(
            session,
            {case.wallet for case in cases if not case.tariff.is_free},
            make={case.wallet for case in cases if case.plan},
        )
        meters = [meter for case in cases for meter in meters_of(case)]
        return cls(wallets, await Meters.load(session, meters))

    def admit(self, case: Case) -> Hold | HomespunError:
        """Sets aside what the turn may cost, or says why not."""
        rooms = rooms_of(case, self._meters)
        try:
            reservation = reserve(case.tariff, case.wanted, self._means(case, rooms))
        except PaymentRequired as error:
            return explained(error, case, rooms)
        self._set_aside(case, reservation)
        plan_id = case.plan.id if case.plan and reservation.is_covered else None
        self._usage.append(_usage_row(case, reservation, plan_id))
        return Hold(
            case.charge.turn_id,
            reservation.wallet_micros,
            case.wallet.currency,
            plan_id,
            reservation.used.completion,
        )

    async def write(self, session: AsyncSession) -> None:
        """Writes everything down."""
        if self._usage:
            await session.execute(_ADD, self._usage)
        await post(session, self._entries)
        await self._wallets.write(session)
        await self._meters.write(session)

    def _means(self, case: Case, rooms: Sequence[Room]) -> Means:
        rests = [budgets.left(budget, self._meters) for budget in case.budgets]
        return Means(self._wallets.balance(case.wallet), allowance_of(case, rooms), min(rests, default=None))

    def _set_aside(self, case: Case, reservation: Reservation) -> None:
        charge, micros = case.charge, reservation.wallet_micros
        if micros:
            self._wallets.change(case.wallet, balance=-micros, held=micros)
            amounts = {wallet(charge.payer_id): -micros, held(charge.payer_id): micros}
            self._entries.append(
                Entry(f"hold:{charge.turn_id}", case.wallet.currency, charge.at, amounts, charge.turn_id)
            )
        if case.plan and reservation.is_covered:
            self._meters.move(
                plan_meters(charge.payer_id, case.plan.id, charge.at),
                prompts=1,
                tokens=reservation.plan_tokens,
                micros=reservation.plan_micros,
            )
        if spent := reservation.plan_micros + micros:
            self._meters.move(spending_meters(charge.key_id, charge.person_id, charge.team_id, charge.at), micros=spent)


def _usage_row(case: Case, reservation: Reservation, plan_id: str | None) -> dict[str, Any]:
    charge, used = case.charge, reservation.used
    return {
        "turn_id": charge.turn_id,
        "payer_id": charge.payer_id,
        "person_id": charge.person_id,
        "team_id": charge.team_id,
        "key_id": charge.key_id,
        "door": charge.door,
        "model": charge.model,
        "plan_id": plan_id,
        "price_id": case.price.id if case.price else None,
        "currency": case.wallet.currency,
        "requests": charge.requests,
        "prompt_tokens": used.prompt,
        "cached_tokens": 0,
        "completion_tokens": used.completion,
        "plan_tokens": reservation.plan_tokens,
        "cost_micros": cost_micros(case.tariff, used),
        "plan_micros": reservation.plan_micros,
        "wallet_micros": reservation.wallet_micros,
        "state": UsageState.OPEN,
        "at": charge.at,
        "settled_at": None,
    }
