"""Group commit: what arrives together is written together, and fails alone."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from homespun.core.errors import HomespunError, Invalid, NotFound
from homespun.store import Groups, Store


class Tally:
    """Writes numbers; refuses odd ones, and breaks its whole unit of work at 13."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.sizes: list[int] = []
        self.add = Groups(store, self._write)

    async def _write(self, session: AsyncSession, numbers: Sequence[int]) -> list[int | HomespunError]:
        self.sizes.append(len(numbers))
        if 13 in numbers:
            raise ZeroDivisionError
        good = [{"number": number} for number in numbers if number % 2 == 0]
        if good:
            await session.execute(text("INSERT INTO tally VALUES (:number)"), good)
        return [number * 10 if number % 2 == 0 else NotFound(f"{number} is odd") for number in numbers]

    async def numbers(self) -> list[int]:
        async with self.store.read() as session:
            return sorted(await session.scalars(text("SELECT number FROM tally")))


@pytest.fixture
async def tally(store: Store) -> Tally:
    async with store.write() as session:
        await session.execute(text("CREATE TABLE tally (number INTEGER)"))
    return Tally(store)


async def test_a_lone_one_is_written_at_once(tally: Tally) -> None:
    assert await tally.add(2) == 20
    assert await tally.numbers() == [2]
    assert tally.sizes == [1]


async def test_what_arrives_while_one_is_written_goes_into_the_next_together(tally: Tally) -> None:
    first = asyncio.create_task(tally.add(2))
    await asyncio.sleep(0)  # it is being written
    await asyncio.sleep(0)
    rest = await asyncio.gather(*(tally.add(number) for number in (4, 6, 8)))
    assert (await first, rest) == (20, [40, 60, 80])
    assert tally.sizes == [1, 3]


async def test_one_that_is_refused_is_refused_alone(tally: Tally) -> None:
    outcomes = await asyncio.gather(*(tally.add(number) for number in (2, 3, 4)), return_exceptions=True)
    assert [outcomes[0], outcomes[2]] == [20, 40]
    assert isinstance(outcomes[1], NotFound)
    assert await tally.numbers() == [2, 4]


async def test_one_that_breaks_its_unit_of_work_takes_nobody_else_with_it(tally: Tally) -> None:
    outcomes = await asyncio.gather(*(tally.add(number) for number in (2, 13, 4)), return_exceptions=True)
    assert [outcomes[0], outcomes[2]] == [20, 40]
    assert isinstance(outcomes[1], ZeroDivisionError)
    assert await tally.numbers() == [2, 4]
    assert await tally.add(6) == 60


async def test_who_stops_waiting_stops_nobody_else(tally: Tally) -> None:
    tasks = [asyncio.create_task(tally.add(number)) for number in (2, 4, 6)]
    await asyncio.sleep(0)
    tasks[0].cancel()
    assert await asyncio.gather(*tasks[1:]) == [40, 60]
    assert await tally.numbers() == [2, 4, 6]


async def test_a_crowd_is_written_in_bounded_groups(tally: Tally) -> None:
    outcomes = await asyncio.gather(*(tally.add(number * 2) for number in range(300)))
    assert outcomes == [number * 20 for number in range(300)]
    assert max(tally.sizes) <= 128
    assert len(await tally.numbers()) == 300


async def test_an_error_of_the_store_reaches_who_waits(tally: Tally, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: Store) -> None:
        raise Invalid("broken")

    monkeypatch.setattr(Store, "write", broken)
    with pytest.raises(Invalid):
        await tally.add(2)
