"""`python -m homespun.learning.snapshotting.held_out FOLDER`: questions kept from training, as JSON."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import msgspec

from homespun.learning.curation import Split

from . import tables
from .tables import Row


def held_out(folder: Path) -> list[list[Row]]:
    """The messages of one label of each conversation, in the order of the labels' ids, none twice.

    One conversation, one label: answers within one depend on each other, and would count for more than they show.
    """
    every = [row for rows in tables.read(folder).values() for row in rows if row["split"] == Split.HELD_OUT]
    by_group = {row["group"]: row for row in sorted(every, key=lambda row: row["id"], reverse=True)}
    asked = {
        msgspec.json.encode(row["messages"]): row for row in sorted(by_group.values(), key=lambda row: str(row["id"]))
    }
    return [row["messages"] for row in asked.values()]


def main() -> None:
    """Writes them to standard output."""
    parser = argparse.ArgumentParser(prog="python -m homespun.learning.snapshotting.held_out", description=__doc__)
    parser.add_argument("folder", type=Path)
    sys.stdout.buffer.write(msgspec.json.encode(held_out(parser.parse_args().folder)))


if __name__ == "__main__":
    main()
