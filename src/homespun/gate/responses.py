"""Responses that are kept for a day, so that a request which is sent again gets the same one and nothing happens twice.

For what isn't a turn: those have `idempotency`. A request is noted before it is carried out and its response after; one
that failed is forgotten, for it may be tried again. What was noted and never got a response was cut off in between:
nobody knows how far it came, so it isn't carried out a second time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import cast

from sqlalchemy import ColumnElement, Table, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from homespun.core.clock import Clock
from homespun.core.errors import Conflict, IdempotencyKeyReused, RequestInProgress
from homespun.store import Store, insert_or_leave

from .tables import IdempotentResponseRow

_RESPONSES = cast("Table", IdempotentResponseRow.__table__)
KEPT_FOR = timedelta(days=1)
"""How long a request may be sent again. Those of turns are kept as long."""
_LONGEST = timedelta(minutes=2)
"""No request takes so long that changes something."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that may be sent again."""

    owner_id: str
    """Whose it is: two people may happen to use the same key."""
    key: str
    digest: str
    """sha256, in hex, of all that makes the request what it is."""


@dataclass(frozen=True, slots=True)
class Response:
    """What a request was answered with."""

    status: int
    headers: Mapping[str, str]
    body: bytes | None
    """None: it held a secret and wasn't kept."""


class Responses:
    """Knows which requests were sent before, whichever process they came to."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def begin(self, asked: Asked) -> Response | None:
        """The response of then, or None: it is new, and the caller has to carry it out and then `keep` or `forget` it.

        Raises `IdempotencyKeyReused` for another request with the key, `RequestInProgress`, and `Conflict` where the
        first one was cut off.
        """
        now = self._clock.now()
        async with self._store.write() as session:
            is_over = _RESPONSES.c.created_at < now - KEPT_FOR
            await session.execute(delete(_RESPONSES).where(*_named(asked), is_over))
            new = insert_or_leave(session, _RESPONSES).values(
                owner_id=asked.owner_id, key=asked.key, digest=asked.digest, created_at=now, headers={}
            )
            if (await session.execute(new.returning(_RESPONSES.c.key))).first():
                return None
            return await self._known(session, asked)

    async def keep(self, asked: Asked, response: Response) -> None:
        """The request was carried out; from now on it is answered with this."""
        kept = {"status": response.status, "headers": dict(response.headers), "body": response.body}
        async with self._store.write() as session:
            await session.execute(update(_RESPONSES).where(*_named(asked)).values(kept))

    async def forget(self, asked: Asked) -> None:
        """The request came to nothing; it may be sent again."""
        async with self._store.write() as session:
            await session.execute(delete(_RESPONSES).where(*_named(asked)))

    async def _known(self, session: AsyncSession, asked: Asked) -> Response:
        row = (await session.execute(select(_RESPONSES).where(*_named(asked)))).one()
        if row.digest != asked.digest:
            raise IdempotencyKeyReused
        if row.status is not None:
            return Response(row.status, row.headers, row.body)
        if abs(self._clock.now() - row.created_at) < _LONGEST:
            raise RequestInProgress
        raise Conflict(
            "The first request with this Idempotency-Key was cut off, so it isn't known how far it came. Look whether "
            "it was carried out, and if not, send it with a new key."
        )


def _named(asked: Asked) -> tuple[ColumnElement[bool], ...]:
    """Which row it is."""
    return _RESPONSES.c.owner_id == asked.owner_id, _RESPONSES.c.key == asked.key
