"""Rows for every table there is, whatever it is for, with values that are easily lost on the way."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    insert,
    select,
)
from sqlalchemy.ext.asyncio import AsyncSession

from homespun.store import Base, Store

from . import all_tables  # noqa: F401

ROWS = 3
"""In every table."""

_TEXTS = ("天气 🌦", 'it\'s "all" \\ of\nit\t\x01\u2028', "")
_MOMENT = datetime(2026, 1, 31, 23, 59, 59, 123456, tzinfo=UTC)


async def fill(store: Store) -> None:
    """Puts some rows into every table; foreign keys lead to rows that are there."""
    filled: dict[str, list[Mapping[str, Any]]] = {}
    async with store.write() as session:
        for table in (await _tables(session)).sorted_tables:
            filled[table.name] = []
            for number in range(1, ROWS + 1):
                filled[table.name].append({column.name: _value(column, number, filled) for column in table.columns})
            await session.execute(insert(table), filled[table.name])


async def contents(store: Store) -> dict[str, Sequence[Any]]:
    """All rows of all tables, in the order of their keys."""
    async with store.read() as session:
        return {
            table.name: [
                tuple(map(_comparable, row))
                for row in await session.execute(select(table).order_by(*table.primary_key.columns))
            ]
            for table in (await _tables(session)).sorted_tables
        }


async def _tables(session: AsyncSession) -> MetaData:
    """As the database has them, whatever the code makes of them."""
    found = MetaData()
    connection = await session.connection()
    await connection.run_sync(found.reflect, only=lambda name, _: name in Base.metadata.tables)
    return found


def _comparable(value: Any) -> Any:
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) else value


def _value(column: Column[Any], number: int, filled: Mapping[str, Sequence[Mapping[str, Any]]]) -> Any:
    for key in column.foreign_keys:
        parents = filled[key.column.table.name]
        return parents[min(number, len(parents)) - 1][key.column.name] if parents else None
    if column.nullable and number == ROWS:
        return None
    match column.type:
        case JSON():
            return {"seed": 2**63, "stop": ["\n", _TEXTS[0], "\0"], "temperature": 0.1, "none": None}
        case Boolean():
            return number % 2 == 0
        case Float():
            return number / 3
        case Integer():
            return number
        case DateTime():
            return _MOMENT + timedelta(seconds=number)
        case Date():
            return date(2026, 2, number)
        case LargeBinary():
            return bytes(range(256))
        case Numeric():
            return Decimal(number) / 8
    length = getattr(column.type, "length", None)
    return secrets.token_hex(20)[:length] if length else _TEXTS[number - 1]
