"""Backups: all rows of a database, as one moment saw them, and some files, in one archive for either database.

Rows are written by their columns' kinds, not as one of the databases writes them, and the steps of the tables make the
place they go back to. It knows no table's meaning.
"""

from homespun.store.backup.archive import ArchiveWriter, is_storable, unpack_files, verified
from homespun.store.backup.manifest import Manifest
from homespun.store.backup.progress import OnProgress, Progress
from homespun.store.backup.restoring import finish, has_rows, refuse_unknown, restore, tidy_up, unfinished
from homespun.store.backup.saving import save

__all__ = [
    "ArchiveWriter",
    "Manifest",
    "OnProgress",
    "Progress",
    "finish",
    "has_rows",
    "is_storable",
    "refuse_unknown",
    "restore",
    "save",
    "tidy_up",
    "unfinished",
    "unpack_files",
    "verified",
]
