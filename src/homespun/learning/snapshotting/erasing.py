"""All snapshots without some people: rewritten where that may be, named where it may not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from homespun.learning.manifest import MANIFEST, Manifest, read_manifest
from homespun.learning.snapshot_jobs import Erased, EraseFromSnapshots

from . import folders, tables
from .making import is_enough, write
from .tables import Row, Rows

_COUNTED = {"files", "counts", "sources", "people", "conversations", "code", "format"}
"""What is said anew of a rewritten snapshot; the rest is what was said of the old one."""


def erase(job: EraseFromSnapshots) -> Erased:
    """Killed in the middle, it is done again from there. Raises `StorageFull`, `Unavailable` for a damaged snapshot."""
    root = Path(job.root)
    rewritten: dict[str, str | None] = {}
    fixed: dict[str, tuple[str, ...]] = {}
    for folder in sorted(manifest.parent for manifest in root.glob(f"[!.]*/{MANIFEST}")):
        manifest, rows = read_manifest(folder), tables.read(folder)
        left = {kind: [row for row in each if not _people(row) & {*job.people}] for kind, each in rows.items()}
        erased = sum(len(rows[kind]) - len(left[kind]) for kind in rows)
        if erased and folder.name in job.fixed:
            there = {person for each in rows.values() for row in each for person in _people(row)}
            fixed[folder.name] = tuple(sorted(there & {*job.people}))
        elif erased:
            rewritten[folder.name] = _rewrite(root, manifest, left, erased)
            folders.remove(root, folder.name)
    return Erased(rewritten=rewritten, fixed=fixed)


def _people(row: Row) -> set[str]:
    """Who said it, or has words in it."""
    return {row["rater"], *row["people"]}


def _rewrite(root: Path, manifest: Manifest, left: Rows, erased: int) -> str | None:
    """The new digest; None where too little is left to train on."""
    if not is_enough(left, manifest.minimums):
        return None
    about: dict[str, Any] = {
        each.name: getattr(manifest, each.name) for each in fields(Manifest) if each.name not in _COUNTED
    }
    return write(root, left, about | {"dropped": _plus(manifest.dropped, erased)})


def _plus(dropped: Mapping[str, int], erased: int) -> Mapping[str, int]:
    return {**dropped, "erased": dropped.get("erased", 0) + erased}
