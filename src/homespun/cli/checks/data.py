"""Is what must last in good order: the data directory and the database in it?"""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from homespun.settings import Settings
from homespun.store import newest_revision
from homespun.wiring import database_file

from .findings import Finding, Verdict, good

_LITTLE_SPACE = 1_000_000_000
_TOO_LITTLE_SPACE = 100_000_000
"""Bytes."""


def data_directory(settings: Settings) -> Finding:
    """It can be written to, and has room."""
    folder = settings.data_dir.absolute()
    nearest = next(path for path in (folder, *folder.parents) if path.exists())
    if not nearest.is_dir() or not os.access(nearest, os.W_OK | os.X_OK):
        remedy = "Give it to this user (chown), or choose another with --data-dir."
        return Finding("data", Verdict.BAD, f"{nearest} can't be written to", remedy)
    free = shutil.disk_usage(nearest).free
    said = f"{folder}, {free / 1e9:,.1f} GB free" + ("" if nearest == folder else "; made at the first start")
    if free < _LITTLE_SPACE:
        verdict = Verdict.BAD if free < _TOO_LITTLE_SPACE else Verdict.ODD
        return Finding("data", verdict, said, "Free some space: models and conversations need it.")
    return good("data", said)


def database(settings: Settings) -> Finding:
    """It is whole, and not of a newer Homespun than this one."""
    file = database_file(settings)
    if not file.exists():
        return good("database", "none yet; made at the first start")
    try:
        problem, revision = _inspect(file)
    except sqlite3.Error as error:
        problem, revision = str(error), None
    if problem != "ok":
        remedy = f"Stop the server, put the last backup in the place of {file}, and keep the damaged file."
        return Finding("database", Verdict.BAD, f"damaged: {problem}", remedy)
    newest = newest_revision()
    size = f"whole, {file.stat().st_size / 1e6:,.1f} MB"
    if revision == newest:
        return good("database", f"{size}, up to date ({newest})")
    if revision is None or revision < newest:
        return Finding("database", Verdict.ODD, f"{size}, at {revision}", f"The next start brings it to {newest}.")
    remedy = "Install that version, or put back a backup from before."
    return Finding("database", Verdict.BAD, f"{size}, of a newer Homespun ({revision})", remedy)


def _inspect(file: Path) -> tuple[str, str | None]:
    """SQLite's own verdict, "ok" if all is well, and the revision of the tables."""
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as connection:
        (problem,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
        has_revision = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone()
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone() if has_revision else None
    return problem, row[0] if row else None
