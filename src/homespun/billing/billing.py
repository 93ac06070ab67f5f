"""Billing: who pays what for a turn, and what everybody has."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from homespun.core.clock import Clock
from homespun.core.errors import HomespunError, NotFound
from homespun.store import Store

from .money import Money
from .settings import Settings
from .states import UsageState
from .tables import UsageRow
from .values import Charge, Delivery, Hold, Settlement


class Billing:
    """Holds money for turns, settles it by what was delivered. Whoever calls it has decided who may."""

    def __init__(self, store: Store, clock: Clock, settings: Settings) -> None:
        self._store = store
        self._clock = clock
        self._settings = settings

    async def hold(self, session: AsyncSession, charges: Sequence[Charge]) -> list[Hold | HomespunError]:
        """Sets aside what each turn may cost, in the caller's unit of work; an error refuses that turn alone.

        Outcomes come in the order of the charges.
        """
        rows = [self._usage(charge) for charge in charges]
        if rows:
            await session.execute(insert(UsageRow), rows)
        return [
            Hold(charge.turn_id, 0, self._settings.currency, None, charge.max_completion_tokens) for charge in charges
        ]

    async def settle(self, session: AsyncSession, deliveries: Sequence[Delivery]) -> list[Settlement]:
        """Charges what was delivered and releases the rest, in the caller's unit of work.

        A turn that is settled already stays as it is; its settlement is the first one. Outcomes come in the order of
        the deliveries. Raises `NotFound` for a turn that was never held.
        """
        ids = [delivery.turn_id for delivery in deliveries]
        found = {row.turn_id: row for row in await session.scalars(select(UsageRow).where(UsageRow.turn_id.in_(ids)))}
        if missing := set(ids) - set(found):
            raise NotFound(f"Nothing was ever held for the turn {min(missing)}.")
        open_ones = {d.turn_id: d for d in reversed(deliveries) if found[d.turn_id].state == UsageState.OPEN}
        if open_ones:
            connection = await session.connection()
            await connection.execute(_SETTLE, [_settled(delivery) for delivery in open_ones.values()])
        return [
            Settlement(id_, Money(found[id_].cost_micros, found[id_].currency), found[id_].plan_micros, 0)
            for id_ in ids
        ]

    def _usage(self, charge: Charge) -> dict[str, object]:
        return {
            "turn_id": charge.turn_id,
            "payer_id": charge.payer_id,
            "person_id": charge.person_id,
            "team_id": charge.team_id,
            "key_id": charge.key_id,
            "door": charge.door,
            "model": charge.model,
            "plan_id": None,
            "price_id": None,
            "currency": self._settings.currency,
            "requests": charge.requests,
            "prompt_tokens": charge.likely_prompt_tokens,
            "cached_tokens": 0,
            "completion_tokens": charge.max_completion_tokens,
            "plan_tokens": 0,
            "cost_micros": 0,
            "plan_micros": 0,
            "wallet_micros": 0,
            "state": UsageState.OPEN,
            "at": charge.at,
            "settled_at": None,
        }


_SETTLE = (
    update(UsageRow.__table__)  # type: ignore[arg-type]
    .where(UsageRow.turn_id == bindparam("b_turn_id"))
    .values(
        state=UsageState.SETTLED,
        prompt_tokens=bindparam("b_prompt_tokens"),
        cached_tokens=bindparam("b_cached_tokens"),
        completion_tokens=bindparam("b_completion_tokens"),
        settled_at=bindparam("b_settled_at"),
    )
)


def _settled(delivery: Delivery) -> dict[str, object]:
    return {
        "b_turn_id": delivery.turn_id,
        "b_prompt_tokens": delivery.prompt_tokens,
        "b_cached_tokens": delivery.cached_tokens,
        "b_completion_tokens": delivery.completion_tokens,
        "b_settled_at": delivery.at,
    }
