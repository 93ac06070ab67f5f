"""Labels as rows of Parquet files. The same rows give the same bytes, with the same pyarrow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any, TypeAlias

import pyarrow
from pyarrow import parquet

from homespun.learning.curation import Curated, Demonstration, Label, Pair, Thumbed

Row: TypeAlias = Mapping[str, Any]
Rows: TypeAlias = Mapping[str, Sequence[Row]]
"""By kind."""

_TEXT = pyarrow.string()
_MESSAGE = pyarrow.struct([("role", _TEXT), ("content", _TEXT)])
_COMMON = [
    ("id", _TEXT),
    ("rater", _TEXT),
    ("group", _TEXT),
    ("people", pyarrow.list_(_TEXT)),
    ("split", _TEXT),
    ("source", _TEXT),
    ("weight", pyarrow.float64()),
    ("messages", pyarrow.list_(_MESSAGE)),
]
_LABELS = {
    "demonstrations": pyarrow.schema([*_COMMON, ("completion", _TEXT)]),
    "pairs": pyarrow.schema([*_COMMON, ("chosen", _TEXT), ("rejected", _TEXT)]),
    "thumbs": pyarrow.schema([*_COMMON, ("completion", _TEXT), ("is_good", pyarrow.bool_())]),
}
"""What people said."""
_SCHEMAS = _LABELS | {"questions": pyarrow.schema([*_COMMON, ("item", _TEXT)])}
"""Beside them, what is asked to be graded; `item` is what the grader has to know of it, as JSON."""
_DECIMALS = 6
"""Of a weight: more would be noise."""


def rows_of(curated: Curated) -> Rows:
    """All labels, each with its split."""
    rows: dict[str, list[Row]] = {kind: [] for kind in _LABELS}
    for label in curated.labels:
        kind, said = _said(label)
        rows[kind].append(_common(label) | {"split": curated.splits.of(label).value} | said)
    return rows


def _said(label: Label) -> tuple[str, dict[str, Any]]:
    match label:
        case Demonstration():
            return "demonstrations", {"completion": label.completion}
        case Pair():
            return "pairs", {"chosen": label.chosen, "rejected": label.rejected}
        case Thumbed():
            return "thumbs", {"completion": label.completion, "is_good": label.is_good}


def _common(label: Label) -> dict[str, Any]:
    return {
        "id": label.id,
        "rater": label.rater,
        "group": label.group,
        "people": list(label.people),
        "source": label.source.value,
        "weight": round(label.weight, _DECIMALS),
        "messages": [{"role": message.role.value, "content": message.content} for message in label.messages],
    }


def encoded(kind: str, rows: Sequence[Row]) -> bytes:
    """A whole Parquet file."""
    sink = BytesIO()
    parquet.write_table(pyarrow.Table.from_pylist(list(rows), schema=_SCHEMAS[kind]), sink, compression="zstd")
    return sink.getvalue()


def read(folder: Path) -> Rows:
    """What people said, in a snapshot."""
    return {kind: parquet.read_table(folder / file_name(kind)).to_pylist() for kind in _LABELS}


def file_name(kind: str) -> str:
    """The file with all labels of a kind."""
    return f"{kind}.parquet"
