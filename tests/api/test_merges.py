"""What visitors take along when they sign in, though an answer is running and though something goes wrong between."""

from __future__ import annotations

import asyncio

import pytest

from homespun.accounts import Merge, Role
from homespun.billing import Money, Tariff
from tests.patience import PATIENCE_S
from tests.ring.houses import MODEL, Home

from .people import arrived, signed_in
from .talks import begun, started

DOLLAR = 1_000_000
PRICE = Tariff(prompt_micros=DOLLAR)


async def test_what_is_set_aside_for_a_running_answer_is_taken_along_when_it_is_over(at_home: Home) -> None:
    house = at_home.house
    await house.billing.prices.set(PRICE, model=MODEL)
    ada, _ = await arrived(at_home, "Ada")
    async with signed_in(at_home, "Visitor", Role.VISITOR) as visitor:
        await house.billing.adjust(visitor.person.id, Money(5 * DOLLAR, "USD"))
        at_home.puppet.hold()
        conversation = await started(visitor.browser)
        await begun(visitor.browser, conversation["id"], question="Hello?")
        await at_home.puppet.busy()
        await house.merges.take_along(visitor.person, ada)
    assert (await house.billing.balance(visitor.person.id)).held == Money(DOLLAR, "USD")
    await house.merges.finish()
    assert await house.accounts.visitors.unmoved() == (Merge(visitor.person.id, ada.id),)
    at_home.puppet.let(100)
    await at_home.settled()
    await house.merges.finish()
    left, taken = [await house.billing.balance(who.id) for who in (visitor.person, ada)]
    assert (left.available.micros, left.held.micros) == (0, 0)
    assert taken.available.micros in (4 * DOLLAR, 5 * DOLLAR), "by whether the answer was cut before it had begun"
    assert await house.accounts.visitors.unmoved() == ()
    assert await house.billing.audit.verify() == ()
    assert len((await house.journal.conversation(ada.id, conversation["id"])).turns) == 1


async def test_the_visit_ends_before_anything_is_moved(at_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that nothing is spent meanwhile; and a server that dies there goes on when it is started again."""
    house = at_home.house
    ada, _ = await arrived(at_home, "Ada")

    async def die(*_: str) -> None:
        raise RuntimeError("The process dies here.")

    async with signed_in(at_home, "Visitor", Role.VISITOR) as visitor:
        await house.billing.adjust(visitor.person.id, Money(5, "USD"))
        with monkeypatch.context() as patch:
            patch.setattr(house.journal, "move", die)
            with pytest.raises(RuntimeError):
                await house.merges.take_along(visitor.person, ada)
        assert (await visitor.browser.get("/api/me")).status_code == 401
    await house.merges.finish()
    assert (await house.billing.balance(ada.id)).available == Money(5, "USD")


async def test_one_that_fails_keeps_none_of_the_others_waiting(at_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    house, merges = at_home.house, []
    ada, _ = await arrived(at_home, "Ada")
    for _ in range(2):
        visitor, _ = await arrived(at_home, "Visitor", Role.VISITOR)
        merges.append(await house.accounts.merge_visitor(visitor, ada))
    move = house.billing.move

    async def fail_once(from_id: str, to_id: str) -> bool:
        if from_id == merges[0].visitor_id:
            raise RuntimeError("It is nothing that we foresaw.")
        return await move(from_id, to_id)

    monkeypatch.setattr(house.billing, "move", fail_once)
    await house.merges.finish()
    assert await house.accounts.visitors.unmoved() == (merges[0],)


async def test_a_running_server_finishes_them_by_itself(at_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    house, done = at_home.house, asyncio.Event()
    ada, _ = await arrived(at_home, "Ada")
    visitor, _ = await arrived(at_home, "Visitor", Role.VISITOR)
    merge = await house.accounts.merge_visitor(visitor, ada)
    troubles = iter([RuntimeError("The database is away.")])
    unmoved = house.accounts.visitors.unmoved

    async def trouble_first() -> tuple[Merge, ...]:
        for trouble in troubles:
            raise trouble
        if merge not in (found := await unmoved()):
            done.set()
        return found

    monkeypatch.setattr("homespun.api.merges._TRY_EVERY_S", 0.001)
    monkeypatch.setattr(house.accounts.visitors, "unmoved", trouble_first)
    async with house.merges.finished():
        await asyncio.wait_for(done.wait(), PATIENCE_S)
