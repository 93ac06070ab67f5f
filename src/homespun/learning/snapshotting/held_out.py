"""`python -m homespun.learning.snapshotting.held_out FOLDER`: what was kept from training, as JSON."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from homespun.learning.curation import Split

from . import tables
from .tables import Row


def held_out(folder: Path) -> dict[str, list[Row]]:
    """What was asked, and pairs of answers, one of each conversation, in the order of the labels' ids.

    One conversation, one label: answers within one depend on each other, and would count for more than they show.
    """
    labels = {kind: _one_of_each(rows) for kind, rows in tables.read(folder).items()}
    asked: dict[bytes, Row] = {
        msgspec.json.encode(row["messages"]): {"messages": row["messages"]}
        for row in _one_of_each([row for rows in labels.values() for row in rows])
    }
    pairs: list[Row] = [{name: row[name] for name in ("messages", "chosen", "rejected")} for row in labels["pairs"]]
    return {"questions": list(asked.values()), "pairs": pairs}


def _one_of_each(rows: Sequence[Row]) -> list[Row]:
    """The held-out label of each conversation that has the first id."""
    kept = sorted((row for row in rows if row["split"] == Split.HELD_OUT), key=_id, reverse=True)
    return sorted({row["group"]: row for row in kept}.values(), key=_id)


def _id(row: Row) -> str:
    return str(row["id"])


def main() -> None:
    """Writes them to standard output."""
    parser = argparse.ArgumentParser(prog="python -m homespun.learning.snapshotting.held_out", description=__doc__)
    parser.add_argument("folder", type=Path)
    sys.stdout.buffer.write(msgspec.json.encode(held_out(parser.parse_args().folder)))


if __name__ == "__main__":
    main()
