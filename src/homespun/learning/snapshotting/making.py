"""A snapshot from a spool of labels: read -> curate -> enough? -> encode -> describe -> write."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from homespun.core.errors import TooLittleToLearn
from homespun.learning.curation import Curated, Split, curate
from homespun.learning.label_spool import read_labels
from homespun.learning.manifest import FileOfLabels, Manifest
from homespun.learning.snapshot_jobs import Made, MakeSnapshot

from . import folders, tables
from .tables import Rows


def make(job: MakeSnapshot) -> Made:
    """Raises `Invalid` for a spool that is broken, `TooLittleToLearn`, `StorageFull`."""
    curated = curate(read_labels(Path(job.spool)), job.settings)
    rows = tables.rows_of(curated)
    minimums = {"pairs": job.settings.min_pairs, "demonstrations": job.settings.min_demonstrations}
    require_enough(rows, minimums)
    about = _about(curated) | {
        "last_turn": job.last_turn,
        "settings": asdict(job.settings),
        "minimums": minimums,
    }
    return Made(digest=write(Path(job.root), rows, about))


def write(root: Path, rows: Rows, about: Mapping[str, Any]) -> str:
    """Writes a snapshot of these rows; `about` has those fields of its manifest that can't be counted."""
    files = {tables.file_name(kind): tables.encoded(kind, each) for kind, each in rows.items()}
    manifest = _described(rows, files, about)
    return folders.write(root, files, manifest.encoded())


def is_enough(rows: Rows, minimums: Mapping[str, int]) -> bool:
    """Whether there are as many rows of one kind as there have to be."""
    return any(len(rows[kind]) >= least for kind, least in minimums.items())


def require_enough(rows: Rows, minimums: Mapping[str, int]) -> None:
    """Raises `TooLittleToLearn`, which says what there is and what is needed."""
    if not is_enough(rows, minimums):
        there = ", ".join(f"{len(each)} {kind}" for kind, each in rows.items())
        needed = " or ".join(f"{least} {kind}" for kind, least in minimums.items())
        raise TooLittleToLearn(
            f"There is too little to learn from: {there}; {needed} are needed. Thumbs alone are never enough."
        )


def _about(curated: Curated) -> dict[str, Any]:
    return {
        "split_by": curated.splits.by.value,
        "agreement": curated.agreement,
        "dropped": curated.dropped,
        "down_weighted": curated.down_weighted,
        "scrubbed": curated.scrubbed,
    }


def _described(rows: Rows, files: Mapping[str, bytes], about: Mapping[str, Any]) -> Manifest:
    every = [row for each in rows.values() for row in each]
    return Manifest(
        files={
            tables.file_name(kind): _file(files[tables.file_name(kind)], rows=len(each)) for kind, each in rows.items()
        },
        counts={
            kind: {str(split): sum(row["split"] == split for row in each) for split in Split}
            for kind, each in rows.items()
        },
        sources=dict(Counter(row["source"] for row in every)),
        people=len({row["rater"] for row in every}),
        conversations=len({row["group"] for row in every}),
        **about,
    )


def _file(contents: bytes, *, rows: int) -> FileOfLabels:
    return FileOfLabels(hashlib.sha256(contents).hexdigest(), len(contents), rows)
