"""Requests that are sent again: an `Idempotency-Key` stands for one turn, however often a program tries.

The turn that a key has opened is looked up in the transaction that would open another. If it was answered, or still is
being answered, the retry gets that answer, and nothing is charged. If it failed, the key opens a fresh turn. A day
later keys are swept away; see `sweeping`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import cast

import msgspec
from sqlalchemy import Table, bindparam, insert, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from homespun.core.incoming import Incoming
from homespun.store import alone

from .tables import IdempotencyRow

_KEYS = cast("Table", IdempotencyRow.__table__)
_REPOINT = (
    update(_KEYS)
    .where(_KEYS.c.owner_id == bindparam("owner"), _KEYS.c.key == bindparam("which"))
    .values(digest=bindparam("digest"), turn_id=bindparam("turn_id"), created_at=bindparam("created_at"))
)

Name = tuple[str, str]
"""Whose key, and the key: two people may happen to use the same one."""


@dataclass(frozen=True, slots=True)
class Known:
    """What a key stands for."""

    digest: str
    turn_id: str


def digest_of(incoming: Incoming) -> str:
    """sha256, in hex, of all that makes a request what it is: it stays the same when sent again from elsewhere."""
    asked = {**asdict(incoming), "idempotency_key": None, "origin": None}
    placement = asked.pop("placement")
    if placement["probability"] is None and placement["release_id"]:  # it was asked for, so it is part of the request
        asked["release_id"] = placement["release_id"]
    return hashlib.sha256(msgspec.json.encode(asked, order="deterministic")).hexdigest()


async def look_up(session: AsyncSession, names: Sequence[Name]) -> dict[Name, Known]:
    """Those of the keys that were used before."""
    if not names:
        return {}
    # Others who retry one of them elsewhere wait.
    await alone(session, *(f"idempotency {owner_id} {key}" for owner_id, key in names))
    rows = await session.execute(select(_KEYS).where(tuple_(_KEYS.c.owner_id, _KEYS.c.key).in_(sorted(set(names)))))
    return {(row.owner_id, row.key): Known(row.digest, row.turn_id) for row in rows}


async def remember(
    session: AsyncSession, opened: Mapping[Name, Known], before: Mapping[Name, Known], now: datetime
) -> None:
    """From now on these keys stand for these turns; `before` is what they stood for."""
    new = [
        {"owner_id": owner, "key": key, "digest": known.digest, "turn_id": known.turn_id, "created_at": now}
        for (owner, key), known in opened.items()
        if (owner, key) not in before
    ]
    again = [
        {"owner": owner, "which": key, "digest": known.digest, "turn_id": known.turn_id, "created_at": now}
        for (owner, key), known in opened.items()
        if (owner, key) in before
    ]
    if new:
        await session.execute(insert(_KEYS), new)
    if again:
        await session.execute(_REPOINT, again)
