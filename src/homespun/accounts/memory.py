"""Who was recognised in the last second, so that a program's many requests don't ask the database each."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime

from homespun.core.clock import Clock

from .caller import Caller
from .networks import Network

REMEMBERED_S = 1.0
"""How long a proof that was found is taken for good, where nobody asks for endings."""

_MOST = 20_000


@dataclass(frozen=True, slots=True)
class Proof:
    """Whom a secret belongs to, and when and where it is good."""

    caller: Caller
    made_at: datetime
    expires_at: datetime | None
    networks: tuple[Network, ...] = ()


class Memory:
    """Proofs by the digest of their secret."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._proofs: dict[str, tuple[Proof, float]] = {}
        """With the moment until which to believe it, in monotonic seconds."""
        self.age = 0
        """Grows whenever something is forgotten. What was looked up before mustn't be remembered after."""

    def find(self, digest: str) -> Proof | None:
        """The proof, if it was found in the last second."""
        proof, until_s = self._proofs.get(digest, (None, 0.0))
        if proof and self._clock.monotonic_s() >= until_s:
            del self._proofs[digest]
            return None
        return proof

    def keep(self, digest: str, proof: Proof, *, age: int) -> None:
        """Remembers it, unless something was forgotten since the memory had this age."""
        if age != self.age:
            return
        if len(self._proofs) >= _MOST:
            del self._proofs[next(iter(self._proofs))]
        self._proofs[digest] = (proof, self._clock.monotonic_s() + REMEMBERED_S)

    def forget(self, subjects: Set[str]) -> None:
        """Drops what rests on any of these."""
        if subjects:
            self.age += 1
            self._proofs = {
                digest: kept for digest, kept in self._proofs.items() if subjects.isdisjoint(kept[0].caller.subjects)
            }
