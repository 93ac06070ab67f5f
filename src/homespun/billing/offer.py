"""What is on offer: the price list and the plans, which every hold needs and nobody changes for weeks.

A process keeps them in memory. Whoever changes them gives the offer another revision in the same unit of work, and each
hold reads the revision together with its payers' subscriptions, so nobody is ever charged by an old price.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, bindparam, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from . import plan_rows, prices
from .plans import Plan
from .prices import PriceList
from .tables import OFFER, SUBSCRIPTIONS

_SUBSCRIBED = and_(
    SUBSCRIPTIONS.c.payer_id.in_(bindparam("payers", expanding=True)),
    # One that begins later counts, too: it is paid, and the clock was put back since.
    or_(SUBSCRIPTIONS.c.valid_until.is_(None), SUBSCRIPTIONS.c.valid_until > bindparam("at")),
)
_OFFER = select(func.coalesce(func.max(OFFER.c.revision), 0).label("revision")).subquery()
_READ = (
    select(_OFFER.c.revision, SUBSCRIPTIONS.c.payer_id, SUBSCRIPTIONS.c.plan_id)
    .select_from(_OFFER.outerjoin(SUBSCRIPTIONS, _SUBSCRIBED))
    .order_by(SUBSCRIPTIONS.c.valid_from)
)


@dataclass(frozen=True, slots=True)
class Terms:
    """What counts for some payers at some moment."""

    prices: PriceList
    plans: dict[str, Plan]
    """By payer; those who have none are left out."""


class Offer:
    """Prices and plans as they are at present, read again only when they have changed."""

    def __init__(self) -> None:
        self._revision = -1
        self._prices = PriceList(())
        self._plans: dict[str, Plan] = {}
        self._default: Plan | None = None

    async def terms(self, session: AsyncSession, payer_ids: Collection[str], at: datetime) -> Terms:
        """By one query, as long as nothing has changed."""
        rows = (await session.execute(_READ, {"payers": list(payer_ids), "at": at})).all()
        if rows[0].revision != self._revision:
            await self._read_again(session, rows[0].revision)
        subscribed = {row.payer_id: self._plans[row.plan_id] for row in rows if row.payer_id}
        having = {payer: subscribed.get(payer, self._default) for payer in payer_ids}
        return Terms(self._prices, {payer: plan for payer, plan in having.items() if plan})

    async def _read_again(self, session: AsyncSession, revision: int) -> None:
        """What is read now may be newer than the revision, never older."""
        self._prices = await prices.load(session)
        self._plans = {plan.id: plan for plan in await plan_rows.every(session)}
        self._default = next((plan for plan in self._plans.values() if plan.terms.is_default), None)
        self._revision = revision
