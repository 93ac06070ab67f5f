"""Can what must last be written to the data directory?"""

from __future__ import annotations

import os
import shutil

from homespun.settings import Settings

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
