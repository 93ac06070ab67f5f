"""Turns as the gate makes them: a hold in one unit of work, a settlement in another."""

from __future__ import annotations

from dataclasses import replace

from homespun.billing import Billing, Charge, Delivery, Hold, KeyBudget, Money, Settlement
from homespun.core.clock import FakeClock
from homespun.core.errors import HomespunError
from homespun.store import Store


class Till:
    """Asks and answers, for one person unless somebody else is named."""

    def __init__(self, store: Store, clock: FakeClock, billing: Billing) -> None:
        self.store = store
        self.clock = clock
        self.billing = billing
        self._count = 0

    def charge(
        self,
        payer: str = "person_1",
        *,
        turn_id: str = "",
        prompt: int = 100,
        longest: int = 1000,
        team: str | None = None,
        member: str = "",
        key: str | None = None,
        budget: KeyBudget | None = None,
        model: str = "parrot",
        door: str = "api",
    ) -> Charge:
        self._count += 1
        turn_id = turn_id or f"turn_{self._count:04}"
        return Charge(
            turn_id, payer, member or payer, team, key, budget, door, model, prompt, longest, self.clock.now()
        )

    async def hold_all(self, *charges: Charge) -> list[Hold | HomespunError]:
        async with self.store.write() as session:
            return await self.billing.hold(session, charges)

    async def hold(self, charge: Charge) -> Hold:
        """Raises what the charge is refused with."""
        (outcome,) = await self.hold_all(charge)
        if isinstance(outcome, HomespunError):
            raise outcome
        return outcome

    async def settle(self, turn_id: str, prompt: int, completion: int, *, cached: int = 0) -> Settlement:
        delivery = Delivery(turn_id, prompt, cached, completion, self.clock.now())
        (settlement,) = await self.settle_all(delivery)
        return settlement

    async def settle_all(self, *deliveries: Delivery) -> list[Settlement]:
        """In one unit of work."""
        async with self.store.write() as session:
            return await self.billing.settle(session, deliveries)

    async def turn(self, charge: Charge, completion: int, *, prompt: int | None = None, cached: int = 0) -> Settlement:
        """A whole turn, its answer no longer than the hold allows."""
        hold = await self.hold(charge)
        completion = min(completion, hold.max_completion_tokens)
        prompt = charge.likely_prompt_tokens if prompt is None else prompt
        return await self.settle(charge.turn_id, prompt, completion, cached=cached)

    async def give(self, micros: int, payer: str = "person_1") -> None:
        await self.billing.adjust(payer, Money(micros, "USD"))

    async def has(self, payer: str = "person_1") -> tuple[int, int]:
        """What can be spent, and what is held."""
        balance = await self.billing.balance(payer)
        return balance.available.micros, balance.held.micros

    async def wrong(self) -> list[str]:
        """What the audit finds."""
        return [str(finding) for finding in await self.billing.audit.verify()]


def again(charge: Charge, turn_id: str) -> Charge:
    """The same question as another turn."""
    return replace(charge, turn_id=turn_id)
