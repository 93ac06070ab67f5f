"""What a check of an installation has to say."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How grave it is."""

    GOOD = "good"
    ODD = "odd"
    """It works, but somebody may be surprised."""
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    subject: str
    verdict: Verdict
    said: str
    remedy: str = ""
    """What to do about it, where `said` doesn't say so already."""


def good(subject: str, said: str) -> Finding:
    """All is as it should be."""
    return Finding(subject, Verdict.GOOD, said)
