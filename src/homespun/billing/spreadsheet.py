"""Values as lines of CSV, which spreadsheets read, and run nothing of."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import fields
from datetime import datetime
from typing import TYPE_CHECKING

from .money import decimals

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What makes a spreadsheet take a cell for a formula."""


def heading(kind: type[DataclassInstance]) -> str:
    """The names of a dataclass's fields. Micros become major units, microseconds seconds, and so their names."""
    names = (field.name for field in fields(kind))
    return _line(f"{name[:-3]}_s" if name.endswith("_us") else name.removesuffix("_micros") for name in names)


def line(value: DataclassInstance) -> str:
    """Its fields."""
    return _line(_cell(field.name, getattr(value, field.name)) for field in fields(value))


def _cell(name: str, value: object) -> str:
    match value:
        case None:
            return ""
        case int() if name.endswith(("_micros", "_us")):
            return decimals(value)
        case datetime():
            return value.isoformat()
        case str() if value.startswith(_FORMULA):
            return "'" + value
        case _:
            return str(value)


def _line(cells: Iterable[str]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow(list(cells))
    return text.getvalue()
