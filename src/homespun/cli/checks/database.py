"""Is the database there, whole, and of a version that we know?"""

from __future__ import annotations

import asyncio

from homespun.core.errors import DatabaseUnavailable
from homespun.engine_wiring import database_url
from homespun.settings import Settings
from homespun.store import Condition, newest_revision, shown
from homespun.wiring import build_store

from .findings import Finding, Verdict, good

_MUCH_AHEAD_S = 5.0
"""Clocks of two machines that keep time differ by much less."""


def database(settings: Settings) -> Finding:
    """It can be reached, is whole, and not of a newer Homespun than this one."""
    where = shown(database_url(settings))
    try:
        condition = asyncio.run(_condition(settings))
    except DatabaseUnavailable as error:
        cause = f" ({error.__cause__})" if error.__cause__ else ""
        remedy = "Start PostgreSQL, or correct database_url."
        return Finding("database", Verdict.BAD, f"{where}: {error.message}{cause}", remedy)
    return _judged(where, condition)


def _judged(where: str, condition: Condition) -> Finding:
    newest, revision = newest_revision(), condition.revision
    if condition.problem:
        remedy = "Stop the server, keep what is there, and put the last backup in its place: `homespun restore`."
        return Finding("database", Verdict.BAD, f"{where}, {condition.problem}", remedy)
    said = f"{condition.server}, {where}, {condition.size_bytes / 1e6:,.1f} MB"
    if revision is None:
        return good("database", f"{said}; none yet; made at the first start")
    if revision > newest:
        remedy = "Install that version, or put back a backup from before."
        return Finding("database", Verdict.BAD, f"{said}, of a newer Homespun ({revision})", remedy)
    if revision < newest:
        return Finding("database", Verdict.ODD, f"{said}, at {revision}", f"The next start brings it to {newest}.")
    if abs(condition.clock_ahead_s) > _MUCH_AHEAD_S:
        remedy = "Let both machines keep time (NTP)."
        return Finding("database", Verdict.ODD, f"{said}, its clock is {condition.clock_ahead_s:+.0f} s off", remedy)
    return good("database", f"{said}, whole, up to date ({newest})")


async def _condition(settings: Settings) -> Condition:
    store = build_store(settings)
    try:
        return await store.condition()
    finally:
        await store.close()
