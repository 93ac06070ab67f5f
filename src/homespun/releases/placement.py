"""Who gets which release: a pure function, the same on every process, so no table of people is needed."""

from __future__ import annotations

from hashlib import blake2b

from homespun.core.incoming import Placement

from .values import Rollout

_BYTES = 8


def placement(person_id: str, rollout: Rollout) -> Placement:
    """Where this person is in this rollout.

    Each person has a point between 0 and 1 in each rollout, independent of those of others and of other rollouts; the
    candidate answers those below the share. So whoever has it keeps it while the share grows.
    """
    if _point(person_id, rollout.id) < rollout.share:
        return Placement(rollout.candidate_id, rollout.share)
    return Placement(rollout.champion_id, 1 - rollout.share)


def _point(person_id: str, rollout_id: str) -> float:
    """Uniform in [0, 1)."""
    digest = blake2b(person_id.encode(), digest_size=_BYTES, key=blake2b(rollout_id.encode()).digest()).digest()
    return int.from_bytes(digest) / float(2 ** (8 * _BYTES))
