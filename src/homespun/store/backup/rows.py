"""Rows as lines of JSON that mean the same on every database."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import JSON, Boolean, Column, Date, DateTime, Float, Integer, LargeBinary, Numeric, String, Text, cast
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.types import UserDefinedType

from homespun.core.errors import Invalid


class Kind(StrEnum):
    """What a column's values are, whatever the database calls it."""

    TEXT = "text"
    INTEGER = "integer"
    REAL = "real"
    BOOLEAN = "boolean"
    MOMENT = "moment"
    DAY = "day"
    JSON = "json"
    """Kept to the letter, so that nothing is lost between one JSON library and another."""
    BYTES = "bytes"
    DECIMAL = "decimal"


_KINDS: tuple[tuple[type[Any], Kind], ...] = (
    (JSON, Kind.JSON),
    (Boolean, Kind.BOOLEAN),
    (Integer, Kind.INTEGER),
    (DateTime, Kind.MOMENT),
    (Date, Kind.DAY),
    (Float, Kind.REAL),
    (Numeric, Kind.DECIMAL),
    (LargeBinary, Kind.BYTES),
    (String, Kind.TEXT),
)
"""Subclasses first."""

_TO_JSON: dict[Kind, Callable[[Any], Any]] = {
    Kind.MOMENT: lambda moment: _in_utc(moment).isoformat(),
    Kind.DAY: date.isoformat,
    Kind.BYTES: lambda data: base64.b64encode(data).decode(),
    Kind.DECIMAL: str,
}
_FROM_JSON: dict[Kind, Callable[[Any], Any]] = {
    Kind.MOMENT: lambda text: _in_utc(datetime.fromisoformat(text)),
    Kind.DAY: date.fromisoformat,
    Kind.BYTES: lambda text: base64.b64decode(text, validate=True),
    Kind.DECIMAL: Decimal,
}
_PLAIN: dict[Kind, type[Any] | tuple[type[Any], ...]] = {
    Kind.TEXT: str,
    Kind.JSON: str,
    Kind.INTEGER: int,
    Kind.REAL: (int, float),
    Kind.BOOLEAN: bool,
}
"""What JSON has itself for these kinds."""


def kind_of(column: Column[Any]) -> Kind:
    """The kind of a reflected column."""
    found = next((kind for base, kind in _KINDS if isinstance(column.type, base)), None)
    assert found is not None, f"{column} is of a type that backups don't know: {column.type!r}"
    return found


def selected(column: Column[Any]) -> ColumnElement[Any]:
    """What to select in order to save the column."""
    return cast(column, Text).label(column.name) if kind_of(column) is Kind.JSON else column


def insertable(column: Column[Any]) -> Column[Any]:
    """The column as it takes values of `read`."""
    kept_to_the_letter = kind_of(column) is Kind.JSON
    return Column(column.name, _LiteralJson() if kept_to_the_letter else column.type)


def written(rows: Iterable[Sequence[Any]], kinds: Sequence[Kind]) -> bytes:
    """The rows as lines."""
    writers = [_TO_JSON.get(kind) for kind in kinds]
    return b"".join(
        msgspec.json.encode(
            [write(value) if write and value is not None else value for write, value in zip(writers, row, strict=True)]
        )
        + b"\n"
        for row in rows
    )


def read(data: bytes, kinds: Sequence[Kind]) -> list[list[Any]]:
    """The rows of some lines. Raises `Invalid` for what `written` can't have written."""
    try:
        return [_row(msgspec.json.decode(line, type=list[Any]), kinds) for line in data.splitlines()]
    except (ValueError, ArithmeticError, TypeError) as error:
        raise Invalid(f"The backup has a row that can't be read: {error}.") from error


def _row(values: Sequence[Any], kinds: Sequence[Kind]) -> list[Any]:
    return [value if value is None else _value(value, kind) for value, kind in zip(values, kinds, strict=True)]


def _value(value: Any, kind: Kind) -> Any:
    if reader := _FROM_JSON.get(kind):
        return reader(value)
    if not isinstance(value, _PLAIN[kind]):
        raise ValueError(f"{value!r} is not {kind}")
    return value


def _in_utc(moment: datetime) -> datetime:
    """SQLite's have lost their zone, which was UTC."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


class _LiteralJson(UserDefinedType[str]):
    """A JSON column that takes the JSON's own text."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """As both databases call it."""
        return "JSON"
