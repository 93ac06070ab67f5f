"""What the process that makes and rewrites snapshots is told, and what it answers: closed sets of values, as JSON."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from .curation import Settings


class _Told(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    pass


class MakeSnapshot(_Told, frozen=True, kw_only=True):
    """Make one of the labels in a spool."""

    root: str
    """The folder of all snapshots."""
    spool: str
    """A file of labels, one JSON object a line."""
    last_turn: int
    settings: Settings


class EraseFromSnapshots(_Told, frozen=True, kw_only=True):
    """Rewrite all snapshots without some people."""

    root: str
    people: tuple[str, ...]
    """By their pseudonyms."""
    fixed: tuple[str, ...]
    """Digests of snapshots that may not be rewritten, because releases were trained on them."""


SnapshotJob = MakeSnapshot | EraseFromSnapshots


class Made(_Told, frozen=True, kw_only=True):
    """The snapshot is there."""

    digest: str


class Erased(_Told, frozen=True, kw_only=True):
    """Nothing of these people is left but in those that are fixed."""

    rewritten: Mapping[str, str | None]
    """By the digest that was, the one that is; None: too little would have been left, so nothing was."""
    fixed: Mapping[str, tuple[str, ...]]
    """Those of the fixed ones that have something of them, and of whom."""


class Stopped(_Told, frozen=True, kw_only=True):
    """It couldn't be done, and nothing was changed. An error's code, and a sentence for people."""

    code: str
    words: str


Outcome = Made | Erased | Stopped

job_decoder: msgspec.json.Decoder[SnapshotJob] = msgspec.json.Decoder(SnapshotJob)
outcome_decoder: msgspec.json.Decoder[Outcome] = msgspec.json.Decoder(Outcome)
