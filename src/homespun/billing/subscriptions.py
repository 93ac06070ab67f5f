"""Who has which plan, and what they pay for it: a month in advance, from the day they subscribe."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, insert, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from homespun.core.clock import Clock
from homespun.core.errors import Conflict, NotFound, PaymentRequired
from homespun.core.ids import new_id
from homespun.store import Store, insert_or_add

from . import ledger, plan_rows, plan_use
from .ledger import Entry
from .money import Money
from .offer import Offer
from .plan_use import WindowUse
from .plans import Plan, PlanTerms
from .tables import PLAN_INCOME, SUBSCRIPTIONS
from .wallets import WalletKey, Wallets

_AT_ONCE = 100
"""Subscriptions that one unit of work renews."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Subscription:
    """That somebody has a plan."""

    id: str
    payer_id: str
    plan_id: str
    valid_from: datetime
    valid_until: datetime | None
    """None: until somebody ends it, or a month can't be paid."""
    months_paid: int
    paid_until: datetime


class Plans:
    """Plans, and who has them."""

    def __init__(self, store: Store, clock: Clock, offer: Offer) -> None:
        self._store = store
        self._clock = clock
        self._offer = offer

    async def add(self, terms: PlanTerms) -> Plan:
        """Makes a plan; one for everybody replaces the one before. Raises `Conflict` for a name that is taken."""
        async with self._store.write() as session:
            return await plan_rows.add(session, terms, self._clock.now())

    async def change(self, plan_id: str, terms: PlanTerms) -> Plan:
        """Gives a plan other terms from the next turn and month on. Raises `NotFound`, `Conflict`, `Invalid`."""
        async with self._store.write() as session:
            return await plan_rows.change(session, plan_id, terms)

    async def remove(self, plan_id: str) -> None:
        """Takes a plan away that nobody ever used. Raises `NotFound`, and `Conflict` that says who uses it."""
        async with self._store.write() as session:
            await plan_rows.remove(session, plan_id)

    async def retire(self, plan_id: str) -> Plan:
        """Lets nobody subscribe any more; those who have it keep it. Raises `NotFound`."""
        async with self._store.write() as session:
            return await plan_rows.retire(session, plan_id, self._clock.now())

    async def all(self) -> tuple[Plan, ...]:
        """All plans, in the order they were made, the retired ones too."""
        async with self._store.read() as session:
            return await plan_rows.every(session)

    async def of(self, payer_id: str) -> Plan | None:
        """The plan that counts for somebody now, be it the one for everybody."""
        async with self._store.read() as session:
            return (await self._offer.terms(session, [payer_id], self._clock.now())).plans.get(payer_id)

    async def use(self, payer_id: str) -> tuple[WindowUse, ...]:
        """What is used of the plan that counts for somebody now, window by window."""
        now = self._clock.now()
        async with self._store.read() as session:
            plan = (await self._offer.terms(session, [payer_id], now)).plans.get(payer_id)
            return await plan_use.use(session, payer_id, plan, now) if plan else ()

    async def subscribe(self, payer_id: str, plan_id: str) -> Subscription:
        """Gives somebody a plan, in place of the one they had, and takes its first month's price from their wallet.

        Raises `NotFound`, `Conflict` for a retired plan or one they have already, `PaymentRequired`.
        """
        now = self._clock.now()
        async with self._store.write() as session:
            plan = await plan_rows.one(session, plan_id)
            if plan.retired_at:
                raise Conflict(f"The plan {plan.terms.name!r} is retired. Choose another.")
            await _lock(session, payer_id, now)
            key = WalletKey(payer_id, plan.terms.price.currency)
            wallets = await Wallets.lock(session, [key], make=[key])
            if any(one.plan_id == plan_id for one in await _current(session, payer_id, now)):
                raise Conflict(f"The plan {plan.terms.name!r} is theirs already.")
            await end(session, payer_id, now)
            return await _begin(session, wallets, payer_id, plan, now)

    async def unsubscribe(self, payer_id: str) -> None:
        """Ends somebody's plan when the month that is paid for is over. Raises `NotFound` where they have none."""
        now = self._clock.now()
        async with self._store.write() as session:
            current = await _current(session, payer_id, now)
            if not current:
                raise NotFound("There is no subscription to end.")
            ending = update(SUBSCRIPTIONS).where(SUBSCRIPTIONS.c.id.in_([one.id for one in current]))
            # by the row's own month: `renew` may have paid the next one since it was read
            await session.execute(ending.values(valid_until=SUBSCRIPTIONS.c.paid_until))

    async def subscription(self, payer_id: str) -> Subscription | None:
        """What somebody has subscribed to now."""
        async with self._store.read() as session:
            return next(iter(await _current(session, payer_id, self._clock.now())), None)

    async def subscriptions(self, *, before: str | None = None, limit: int = 50) -> tuple[Subscription, ...]:
        """Everybody's, newest first, those that have ended too; the next page is that `before` the last one's id."""
        newest = select(SUBSCRIPTIONS).order_by(SUBSCRIPTIONS.c.id.desc()).limit(limit)
        async with self._store.read() as session:
            rows = await session.execute(newest.where(SUBSCRIPTIONS.c.id < before) if before else newest)
            return tuple(Subscription(**row) for row in rows.mappings())

    async def renew(self) -> int:
        """Takes the next month's price for every subscription whose month is over; returns for how many that was done.

        Whose wallet can't pay has no plan any more. One that fails is logged and stays as it is for the next time; it
        keeps none of the others waiting. Safe to call at any time, and in several processes.
        """
        now, renewed, after = self._clock.now(), 0, ("", "")
        while True:
            async with self._store.write() as session:
                due = [Subscription(**row) for row in (await session.execute(_due(now, after))).mappings()]
                renewed += sum([await _is_renewed(session, one, now) for one in due])
            if len(due) < _AT_ONCE:
                return renewed
            after = due[-1].payer_id, due[-1].id


async def end(session: AsyncSession, payer_id: str, now: datetime) -> None:
    """Ends somebody's plan at once, whatever is paid for it."""
    ending = update(SUBSCRIPTIONS).where(SUBSCRIPTIONS.c.payer_id == payer_id, _is_valid(now))
    await session.execute(ending.values(valid_until=now))


async def _lock(session: AsyncSession, payer_id: str, now: datetime) -> None:
    """Before the wallet, as `renew` does, lest each of the two waits for the other."""
    valid = select(SUBSCRIPTIONS.c.id).where(SUBSCRIPTIONS.c.payer_id == payer_id, _is_valid(now))
    await session.execute(valid.order_by(SUBSCRIPTIONS.c.id).with_for_update())


async def _current(session: AsyncSession, payer_id: str, now: datetime) -> list[Subscription]:
    """What they have, the latest first. One from a moment that is yet to come counts: the clock was put back since."""
    valid = select(SUBSCRIPTIONS).where(SUBSCRIPTIONS.c.payer_id == payer_id, _is_valid(now))
    rows = await session.execute(valid.order_by(SUBSCRIPTIONS.c.valid_from.desc()))
    return [Subscription(**row) for row in rows.mappings()]


def _is_valid(now: datetime) -> ColumnElement[bool]:
    return or_(SUBSCRIPTIONS.c.valid_until.is_(None), SUBSCRIPTIONS.c.valid_until > now)


async def _begin(session: AsyncSession, wallets: Wallets, payer_id: str, plan: Plan, now: datetime) -> Subscription:
    new = Subscription(new_id("sub"), payer_id, plan.id, now, None, 1, _months_after(now, 1))
    await _take_price(session, wallets, new, plan.terms.price, plan.terms.name, now)
    await session.execute(
        insert(SUBSCRIPTIONS), {name: getattr(new, name) for name in Subscription.__dataclass_fields__}
    )
    return new


async def _take_price(
    session: AsyncSession, wallets: Wallets, for_: Subscription, price: Money, name: str, now: datetime
) -> None:
    key = WalletKey(for_.payer_id, price.currency)
    if not _can_pay(wallets, key, price):
        raise PaymentRequired(f"The plan {name!r} costs {price} a month, which is more than the wallet has. Top it up.")
    wallets.change(key, balance=-price.micros)
    await wallets.write(session)
    amounts = {ledger.wallet(for_.payer_id): -price.micros, ledger.INCOME: price.micros}
    await ledger.post(session, [Entry(f"plan:{for_.id}:{for_.months_paid}", price.currency, now, amounts, memo=name)])
    paid = {"day": now.date(), "plan_id": for_.plan_id, "currency": price.currency, "months": 1, "micros": price.micros}
    await session.execute(insert_or_add(session, PLAN_INCOME), paid)


def _can_pay(wallets: Wallets, key: WalletKey, price: Money) -> bool:
    """What costs nothing can be had even by those who owe something."""
    return price.micros <= max(wallets.balance(key), 0)


def _due(now: datetime, after: tuple[str, str]) -> Select[Any]:
    """Those whose month is over, in the order of wallets' locks, that come after this payer and subscription."""
    table = SUBSCRIPTIONS.c
    order = table.payer_id, table.id
    due = and_(table.paid_until <= now, table.valid_until.is_(None), tuple_(*order) > after)
    return select(SUBSCRIPTIONS).where(due).order_by(*order).limit(_AT_ONCE).with_for_update(skip_locked=True)


async def _is_renewed(session: AsyncSession, one: Subscription, now: datetime) -> bool:
    """Renews one, or undoes what it has done of that alone and says so in the log."""
    try:
        async with session.begin_nested():
            await _renew(session, one, now)
    except Exception:
        logger.exception("The subscription %s could not be renewed. It is tried again in a minute.", one.id)
        return False
    return True


async def _renew(session: AsyncSession, one: Subscription, now: datetime) -> None:
    plan = await plan_rows.one(session, one.plan_id)
    key = WalletKey(one.payer_id, plan.terms.price.currency)
    wallets = await Wallets.lock(session, [key], make=[key])
    changes: dict[str, object]
    if not _can_pay(wallets, key, plan.terms.price):
        changes = {"valid_until": one.paid_until}
    else:
        months = one.months_paid + 1
        next_one = Subscription(
            one.id, one.payer_id, one.plan_id, one.valid_from, None, months, _months_after(one.valid_from, months)
        )
        await _take_price(session, wallets, next_one, plan.terms.price, plan.terms.name, now)
        changes = {"months_paid": months, "paid_until": next_one.paid_until}
    await session.execute(update(SUBSCRIPTIONS).where(SUBSCRIPTIONS.c.id == one.id).values(changes))


def _months_after(moment: datetime, months: int) -> datetime:
    """The same day and time so many months later; the month's last day where it has no such day."""
    years, month = divmod(moment.month - 1 + months, 12)
    first = moment.replace(year=moment.year + years, month=month + 1, day=1)
    last_day = ((first + timedelta(days=31)).replace(day=1) - timedelta(days=1)).day
    return first.replace(day=min(moment.day, last_day))
