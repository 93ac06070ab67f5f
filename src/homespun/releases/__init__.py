"""Releases: which models can answer people, in which state each is, and which one answers whom.

It must not know how models are trained.
"""

from .evidence import Trial, more_often, preference, weighed
from .fleet import Build
from .live import LiveReleases
from .placement import placement
from .releases import HOMESPUN, Releases
from .rollouts import Rollouts, decided, wins_needed
from .settings import Settings
from .shadow_evidence import compared, decided_in_shadow
from .shadows import Shadows
from .values import (
    Change,
    Decision,
    Ending,
    Evidence,
    Outcome,
    Release,
    ReleaseState,
    Rollout,
    ShadowAnswer,
    ShadowEvidence,
    Vote,
    VoteKind,
)

__all__ = [
    "HOMESPUN",
    "Build",
    "Change",
    "Decision",
    "Ending",
    "Evidence",
    "LiveReleases",
    "Outcome",
    "Release",
    "ReleaseState",
    "Releases",
    "Rollout",
    "Rollouts",
    "Settings",
    "ShadowAnswer",
    "ShadowEvidence",
    "Shadows",
    "Trial",
    "Vote",
    "VoteKind",
    "compared",
    "decided",
    "decided_in_shadow",
    "more_often",
    "placement",
    "preference",
    "weighed",
    "wins_needed",
]
