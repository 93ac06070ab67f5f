"""The price list: versions by model and door, each valid from its moment until a newer one supersedes it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, RowMapping, and_, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from homespun.core.clock import Clock
from homespun.core.errors import Conflict, Invalid
from homespun.core.ids import new_id
from homespun.store import Store, storable_text

from .cost import Tariff
from .revision import changed
from .tables import PRICES

ANY = "*"
"""Every model, or every door, that has no price of its own."""
_LONGEST_MODEL, _LONGEST_DOOR = 200, 10


@dataclass(frozen=True, slots=True)
class Price:
    """What a model costs through a door from some moment on."""

    id: str
    model: str
    """`*`: every model that has no price of its own."""
    door: str
    """`*`: every door that has no price of its own."""
    valid_from: datetime
    currency: str
    tariff: Tariff


class PriceList:
    """All versions of all prices."""

    def __init__(self, prices: Iterable[Price]) -> None:
        self._versions: dict[tuple[str, str], list[Price]] = defaultdict(list)
        for price in prices:
            self._versions[price.model, price.door].append(price)

    def price(self, model: str, door: str, at: datetime) -> Price | None:
        """The newest version that was valid then; the model counts for more than the door. None: it is free."""
        for place in ((model, door), (model, ANY), (ANY, door), (ANY, ANY)):
            if valid := [price for price in self._versions.get(place, ()) if price.valid_from <= at]:
                return max(valid, key=lambda price: price.valid_from)
        return None


class Prices:
    """The owner's price list."""

    def __init__(self, store: Store, clock: Clock, currency: str) -> None:
        self._store = store
        self._clock = clock
        self._currency = currency

    async def set(
        self, tariff: Tariff, *, model: str = ANY, door: str = ANY, valid_from: datetime | None = None
    ) -> Price:
        """Puts a new version on the list, from now on or from a later moment.

        Older versions stay: turns that were asked before are charged by them. Raises `Invalid` for a moment in the
        past, `Conflict` where there is a price from just that moment.
        """
        now = self._clock.now()
        price = Price(
            new_id("price"),
            _name(model, "model", _LONGEST_MODEL),
            _name(door, "door", _LONGEST_DOOR),
            valid_from or now,
            self._currency,
            tariff,
        )
        if price.valid_from < now:
            raise Invalid("A price can't begin in the past: what was asked then has its price.", param="valid_from")
        async with self._store.write() as session:
            await _add(session, price)
        return price

    async def some(self, *, before: str | None = None, limit: int = 50) -> tuple[Price, ...]:
        """Versions, newest first; the next page is that `before` the last one's id. Raises `Invalid`."""
        page = select(PRICES).order_by(PRICES.c.valid_from.desc(), PRICES.c.id.desc()).limit(limit)
        async with self._store.read() as session:
            if before is not None:
                last = (await session.execute(select(PRICES).where(PRICES.c.id == before))).mappings().one_or_none()
                if last is None:
                    raise Invalid("This isn't a place in the list. Begin with the first page.", param="cursor")
                page = page.where(_newest_after(last))
            return tuple(map(_price, (await session.execute(page)).mappings()))

    async def all(self) -> tuple[Price, ...]:
        """All versions there ever were, newest first."""
        newest_first = select(PRICES).order_by(PRICES.c.valid_from.desc(), PRICES.c.model, PRICES.c.door)
        async with self._store.read() as session:
            rows = await session.execute(newest_first)
            return tuple(map(_price, rows.mappings()))


def _newest_after(price: RowMapping) -> ColumnElement[bool]:
    """What comes after this one, where the newest come first."""
    valid_from, price_id = price["valid_from"], price["id"]
    same_moment = and_(PRICES.c.valid_from == valid_from, PRICES.c.id < price_id)
    return or_(PRICES.c.valid_from < valid_from, same_moment)


async def load(session: AsyncSession) -> PriceList:
    """All prices."""
    rows = await session.execute(select(PRICES))
    return PriceList(map(_price, rows.mappings()))


async def _add(session: AsyncSession, price: Price) -> None:
    same = select(PRICES.c.id).where(
        PRICES.c.model == price.model, PRICES.c.door == price.door, PRICES.c.valid_from == price.valid_from
    )
    if await session.scalar(same):
        raise Conflict("There is a price from just that moment. Choose another moment.")
    plain = {name: getattr(price, name) for name in ("id", "model", "door", "valid_from", "currency")}
    await session.execute(insert(PRICES), {**plain, **asdict(price.tariff)})
    await changed(session)


def tariff_of(row: RowMapping) -> Tariff:
    """The rates in a row that has the columns of a price."""
    table = PRICES.c
    return Tariff(
        row[table.input_micros],
        row[table.cached_input_micros],
        row[table.output_micros],
        row[table.prompt_micros],
        row[table.request_micros],
    )


def _price(row: RowMapping) -> Price:
    return Price(row["id"], row["model"], row["door"], row["valid_from"], row["currency"], tariff_of(row))


def _name(name: str, param: str, longest: int) -> str:
    if not 1 <= len(storable_text(name, param)) <= longest:
        raise Invalid(f"The {param} of a price has 1 to {longest} characters; * is for all.", param=param)
    return name
