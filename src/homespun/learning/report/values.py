"""What a report tells of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from homespun.learning.manifest import Manifest
from homespun.learning.runs import Run
from homespun.releases import Change, Evidence, Release, Rollout


@dataclass(frozen=True, slots=True)
class Training:
    """One training that has ended."""

    method: str
    report: Mapping[str, Any]
    """Its training.json."""


@dataclass(frozen=True, slots=True)
class Improvement:
    """One improvement, as far as it has come. What isn't there yet is None or empty."""

    run: Run
    manifest: Manifest | None
    trainings: tuple[Training, ...]
    release: Release | None
    changes: tuple[Change, ...]
    """The release's steps, the newest first."""
    rollout: Rollout | None
    evidence: Evidence | None
    """What the votes of the rollout prove."""
    wins_needed: float
    """The e-value at which the canary goes one step further; 0 without a rollout."""
    harm_allowed: float
    """The e-value at which it is taken back."""
