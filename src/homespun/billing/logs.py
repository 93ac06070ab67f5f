"""The usage log and the statements of wallets, newest first and in pages, or whole from the beginning as CSV."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, Select, and_, or_, select

from homespun.core.errors import Invalid
from homespun.store import Store

from . import ledger, spreadsheet
from .reports import Whose
from .states import UsageState
from .tables import LEDGER, USAGE

_PAGE = 1000
"""Rows that an export reads at a time."""
_MOST_PER_PAGE = 1000


@dataclass(frozen=True, slots=True)
class Usage:
    """One turn, as far as money goes."""

    turn_id: str
    at: datetime
    payer_id: str
    person_id: str
    team_id: str | None
    key_id: str | None
    door: str
    model: str
    plan_id: str | None
    state: UsageState
    prompt_tokens: int
    """While the turn is open: what is set aside for it. So are all the numbers below."""
    cached_tokens: int
    completion_tokens: int
    currency: str
    cost_micros: int
    plan_micros: int
    wallet_micros: int


@dataclass(frozen=True, slots=True)
class Booking:
    """A line of somebody's statement."""

    number: int
    entry_id: str
    account: str
    amount_micros: int
    currency: str
    turn_id: str | None
    memo: str
    at: datetime


class Logs:
    """Reads what was used and booked."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def usage(self, whose: Whose, *, before: str | None = None, limit: int = 50) -> tuple[Usage, ...]:
        """Turns, newest first; the next page is that `before` the `usage_cursor` of the last one."""
        newest = USAGE.c.at.desc(), USAGE.c.turn_id.desc()
        statement = select(USAGE).where(*whose.conditions(USAGE)).order_by(*newest).limit(min(limit, _MOST_PER_PAGE))
        if before is not None:
            at, turn_id = _place(before)
            statement = statement.where(or_(USAGE.c.at < at, and_(USAGE.c.at == at, USAGE.c.turn_id < turn_id)))
        return tuple(map(_usage, await self._rows(statement)))

    async def statement(self, holder_id: str, *, before: int | None = None, limit: int = 50) -> tuple[Booking, ...]:
        """What was booked on somebody's wallet, newest first; the next page is that `before` the last one's number."""
        mine = LEDGER.c.account.in_((ledger.wallet(holder_id), ledger.held(holder_id)))
        page = select(LEDGER).where(mine).order_by(LEDGER.c.number.desc()).limit(min(limit, _MOST_PER_PAGE))
        rows = await self._rows(page.where(LEDGER.c.number < before) if before is not None else page)
        return tuple(map(_booking, rows))

    async def usage_csv(self, whose: Whose) -> AsyncIterator[str]:
        """All turns, oldest first, as lines of CSV with a heading."""
        yield spreadsheet.heading(Usage)
        async for row in self._all(
            select(USAGE).where(*whose.conditions(USAGE)), _after_turn, USAGE.c.at, USAGE.c.turn_id
        ):
            yield spreadsheet.line(_usage(row))

    async def ledger_csv(self, holder_id: str | None = None) -> AsyncIterator[str]:
        """All that was booked for somebody, or for everybody, oldest first, as lines of CSV with a heading."""
        yield spreadsheet.heading(Booking)
        wanted = select(LEDGER)
        if holder_id is not None:
            wanted = wanted.where(LEDGER.c.account.in_((ledger.wallet(holder_id), ledger.held(holder_id))))
        async for row in self._all(wanted, _after_number, LEDGER.c.number):
            yield spreadsheet.line(_booking(row))

    async def _all(
        self, wanted: Select[Any], after: Callable[[Select[Any], RowMapping], Select[Any]], *order: Any
    ) -> AsyncIterator[RowMapping]:
        page = wanted.order_by(*order).limit(_PAGE)
        while rows := await self._rows(page):
            for row in rows:
                yield row
            if len(rows) < _PAGE:
                return
            page = after(wanted, rows[-1]).order_by(*order).limit(_PAGE)

    async def _rows(self, statement: Select[Any]) -> Sequence[RowMapping]:
        async with self._store.read() as session:
            rows: Sequence[RowMapping] = (await session.execute(statement)).mappings().all()
        return rows


def usage_cursor(usage: Usage) -> str:
    """Where the page ends whose last turn this is."""
    return f"{usage.at.isoformat()}|{usage.turn_id}"


def _place(cursor: str) -> tuple[datetime, str]:
    try:
        moment, _, turn_id = cursor.partition("|")
        at = datetime.fromisoformat(moment)
        if at.tzinfo is None or not turn_id:
            raise ValueError
    except ValueError:
        raise Invalid("This isn't a place in the list. Begin with the first page.", param="before") from None
    return at, turn_id


def _after_turn(wanted: Select[Any], last: RowMapping) -> Select[Any]:
    later = and_(USAGE.c.at == last["at"], USAGE.c.turn_id > last["turn_id"])
    return wanted.where(or_(USAGE.c.at > last["at"], later))


def _after_number(wanted: Select[Any], last: RowMapping) -> Select[Any]:
    return wanted.where(LEDGER.c.number > last["number"])


def _usage(row: RowMapping) -> Usage:
    values = {field.name: row[field.name] for field in fields(Usage)}
    return Usage(**{**values, "state": UsageState(row["state"])})


def _booking(row: RowMapping) -> Booking:
    return Booking(**{field.name: row[field.name] for field in fields(Booking)})
