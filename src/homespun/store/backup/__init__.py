"""Backups: all rows of a database, as one moment saw them, and some files, in one archive for either database.

Rows are written by their columns' kinds, not as one of the databases writes them, and the steps of the tables make the
place they go back to. It knows no table's meaning.
"""

from homespun.store.backup.archive import ArchiveWriter, verified
from homespun.store.backup.manifest import Manifest
from homespun.store.backup.progress import OnProgress, Progress
from homespun.store.backup.restoring import files, has_rows, refuse_unknown, restore
from homespun.store.backup.saving import save

__all__ = [
    "ArchiveWriter",
    "Manifest",
    "OnProgress",
    "Progress",
    "files",
    "has_rows",
    "refuse_unknown",
    "restore",
    "save",
    "verified",
]
