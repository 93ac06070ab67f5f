"""Sums of settled turns by day and month, kept in the unit of work that settles them; reports read nothing else."""

from __future__ import annotations

import secrets
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncSession

from homespun.store import insert_or_add

from .tables import USAGE_DAYS, USAGE_MONTHS, USAGE_TOTALS

SHARES = 8
"""Rows that share the counting of one day, model, door and plan."""

SUBJECTS = ("person", "payer", "key")
"""Whose months are summed up."""

COUNTS = (
    "turns",
    "prompt_tokens",
    "cached_tokens",
    "completion_tokens",
    "cost_micros",
    "plan_micros",
    "wallet_micros",
)
MACHINE_COUNTS = ("measured_turns", "machine_us")
"""What only the totals count beside."""


def counts_of(table: Table) -> list[str]:
    """What a table of sums counts."""
    return [name for name in (*COUNTS, *MACHINE_COUNTS) if name in table.c]


async def add(session: AsyncSession, usage: Iterable[dict[str, Any]]) -> None:
    """Counts these turns, given with all their columns as they were settled."""
    share = secrets.randbelow(SHARES)
    turns = [{**_dimensions(row), "share": share, **_counts(row)} for row in usage]
    await _add(session, USAGE_DAYS, turns)
    await _add(session, USAGE_TOTALS, turns)
    await _add(session, USAGE_MONTHS, [of_subject for turn in turns for of_subject in _subjects(turn)])


def _subjects(turn: dict[str, Any]) -> Iterable[dict[str, Any]]:
    """The turn once for each of those whose months are summed up."""
    for dimension in SUBJECTS:
        if subject_id := turn[f"{dimension}_id"]:
            yield {**turn, "dimension": dimension, "subject_id": subject_id, "month": turn["day"].replace(day=1)}


def _dimensions(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "payer_id": row["payer_id"],
        "day": row["at"].date(),
        "person_id": row["person_id"],
        "team_id": row["team_id"] or "",
        "key_id": row["key_id"] or "",
        "model": row["model"],
        "door": row["door"],
        "plan_id": row["plan_id"] or "",
        "currency": row["currency"],
    }


def _counts(row: dict[str, Any]) -> dict[str, int]:
    machine_us = row["machine_us"]
    return {
        **{name: row[name] for name in COUNTS if name != "turns"},
        "turns": 1,
        "measured_turns": int(machine_us is not None),
        "machine_us": machine_us or 0,
    }


async def _add(session: AsyncSession, table: Table, turns: Iterable[dict[str, Any]]) -> None:
    key, counts = [column.name for column in table.primary_key], counts_of(table)
    sums: dict[tuple[Any, ...], Counter[str]] = defaultdict(Counter)
    for turn in turns:
        sums[tuple(turn[name] for name in key)].update({name: turn[name] for name in counts})
    # In one order for all, lest two units of work wait for each other.
    rows = [
        {**dict(zip(key, place, strict=True)), **{name: sums[place][name] for name in counts}} for place in sorted(sums)
    ]
    if rows:
        await session.execute(insert_or_add(session, table), rows)
