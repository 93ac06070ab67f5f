"""Releases: which models can answer people, in which state each is, and which one answers whom.

It must not know how models are trained.
"""

from .evidence import Trial, more_often, preference, weighed
from .fleet import Build
from .live import LiveReleases
from .placement import placement
from .releases import HOMESPUN, Releases
from .rollouts import Decision, Rollouts, decided, wins_needed
from .settings import Settings
from .values import Change, Evidence, Outcome, Release, ReleaseState, Rollout, Vote, VoteKind

__all__ = [
    "HOMESPUN",
    "Build",
    "Change",
    "Decision",
    "Evidence",
    "LiveReleases",
    "Outcome",
    "Release",
    "ReleaseState",
    "Releases",
    "Rollout",
    "Rollouts",
    "Settings",
    "Trial",
    "Vote",
    "VoteKind",
    "decided",
    "more_often",
    "placement",
    "preference",
    "weighed",
    "wins_needed",
]
