"""Who asks too much at a time: requests and tokens within a minute, answers at the same time.

All counts are in the database, read and changed within the admissions' own transaction, so they are exact for any
number of server processes. Where nothing is limited, nothing is counted, and admissions pay nothing for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, bindparam, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from homespun.core.errors import HomespunError, RateLimited
from homespun.core.rates import UNLIMITED, Rates
from homespun.store import insert_or_leave

from .buckets import Bucket, Limits, Standing
from .settings import Settings
from .tables import RateRow, StreamRow

_RATES = cast("Table", RateRow.__table__)
_STREAMS = cast("Table", StreamRow.__table__)
_WRITE_RATE = (
    update(_RATES)
    .where(_RATES.c.subject == bindparam("which"))
    .values(requests=bindparam("requests"), tokens=bindparam("tokens"), at=bindparam("at"))
)
_BEGIN = insert(_STREAMS)
_END = delete(_STREAMS).where(_STREAMS.c.turn_id.in_(bindparam("turns", expanding=True))).returning(*_STREAMS.c)
_GIVE_BACK = (
    update(_RATES)
    .where(_RATES.c.subject == bindparam("which"))
    .values(tokens=_RATES.c.tokens + bindparam("difference"))
)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a turn would use."""

    turn_id: str
    subjects: tuple[str, ...]
    """Whoever it counts for: `person:...`, `key:...`, `team:...`, `door:...`."""
    tokens: int
    """Of prompt and answer together, as far as can be foreseen."""


class RateLimits:
    """Decides who asks too much, and counts."""

    def __init__(self, settings: Settings) -> None:
        self._limits = {
            kind: Limits(
                getattr(settings, f"{kind}_requests_per_minute"),
                getattr(settings, f"{kind}_tokens_per_minute"),
                getattr(settings, f"{kind}_streams"),
            )
            for kind in ("person", "key", "team", "door")
        }

    async def take(self, session: AsyncSession, wishes: Sequence[Wish], now: datetime) -> list[Rates | HomespunError]:
        """Takes the wishes out of the buckets, or refuses some with `RateLimited`; in the same order."""
        standings = await self._standings(session, wishes, now)
        if not standings:
            return [UNLIMITED] * len(wishes)
        outcomes = [self._decide(wish, standings) for wish in wishes]
        await _write(session, standings, now)
        return outcomes

    async def begin(self, session: AsyncSession, wishes: Sequence[Wish]) -> None:
        """The answers to these wishes are being written from now on."""
        rows = [
            {"turn_id": wish.turn_id, "subject": subject, "tokens": wish.tokens}
            for wish in wishes
            for subject in self._limited(wish)
        ]
        if rows:
            await session.execute(_BEGIN, rows)

    async def end(self, session: AsyncSession, used_tokens: Mapping[str, int]) -> None:
        """These turns have ended, and used so much; what was foreseen wrongly is put right. Once for each turn."""
        ids = sorted(used_tokens)
        ended = (await session.execute(_END, {"turns": ids})).all()
        corrections = [
            {"which": row.subject, "difference": row.tokens - used_tokens[row.turn_id]}
            for row in sorted(ended, key=lambda row: (row.subject, row.turn_id))
        ]
        if corrections:
            await session.execute(_GIVE_BACK, corrections)

    def _limited(self, wish: Wish) -> list[str]:
        """Those of the wish's subjects that there are limits for."""
        return [subject for subject in wish.subjects if self._limits[_kind(subject)]]

    async def _standings(self, session: AsyncSession, wishes: Sequence[Wish], now: datetime) -> dict[str, Standing]:
        """Where all subjects stand. On PostgreSQL their rows are locked, in the order of their names."""
        subjects = sorted({subject for wish in wishes for subject in self._limited(wish)})
        if not subjects:
            return {}
        fresh = [_row(subject, Standing.fresh(self._limits[_kind(subject)]), now) for subject in subjects]
        await session.execute(insert_or_leave(session, _RATES), fresh)
        locked = select(_RATES).where(_RATES.c.subject.in_(subjects)).order_by(_RATES.c.subject).with_for_update()
        rows = (await session.execute(locked)).all()
        counted = select(_STREAMS.c.subject, func.count()).where(_STREAMS.c.subject.in_(subjects))
        streams: dict[str, int] = {
            row[0]: row[1] for row in await session.execute(counted.group_by(_STREAMS.c.subject))
        }
        return {
            row.subject: Standing.stored(
                self._limits[_kind(row.subject)], row.requests, row.tokens, row.at, now, streams.get(row.subject, 0)
            )
            for row in rows
        }

    def _decide(self, wish: Wish, standings: Mapping[str, Standing]) -> Rates | HomespunError:
        limited = self._limited(wish)
        for subject in limited:
            if refusal := _refusal(_kind(subject), standings[subject], wish.tokens):
                return refusal
        for subject in limited:
            standings[subject].take(wish.tokens)
        return Rates(
            _tightest([standings[subject].requests for subject in limited]),
            _tightest([standings[subject].tokens for subject in limited]),
        )


def _kind(subject: str) -> str:
    return subject.partition(":")[0]


def _row(subject: str, standing: Standing, now: datetime) -> dict[str, Any]:
    return {"subject": subject, "requests": standing.requests.level, "tokens": standing.tokens.level, "at": now}


async def _write(session: AsyncSession, standings: Mapping[str, Standing], now: datetime) -> None:
    rows = [_row(subject, standing, now) for subject, standing in sorted(standings.items())]
    await session.execute(_WRITE_RATE, [{"which": row.pop("subject"), **row} for row in rows])


def _refusal(kind: str, standing: Standing, tokens: int) -> RateLimited | None:
    """Why somebody has to wait, and until when; None if they need not."""
    limits, rates = standing.limits, Rates(standing.requests.rate(), standing.tokens.rate())
    if limits.streams and standing.streams >= limits.streams:
        return RateLimited(
            f"{limits.streams} answers are being written for this {kind}, the most at a time. Wait until one is done.",
            rates=rates,
        )
    if not standing.requests.holds(1):
        return RateLimited(
            f"This {kind} may send {limits.requests} requests a minute. Wait as long as `retry-after` says.",
            retry_after_s=standing.requests.wait_s(1),
            rates=rates,
        )
    if limits.tokens and tokens > limits.tokens:
        return RateLimited(
            f"The request asks for {tokens} tokens, but this {kind} may use {limits.tokens} a minute. "
            "Shorten the prompt, or ask for a shorter answer with a smaller 'max_tokens'.",
            retry_after_s=60.0,
            rates=rates,
        )
    if not standing.tokens.holds(tokens):
        return RateLimited(
            f"This {kind} may use {limits.tokens} tokens a minute. Wait as long as `retry-after` says.",
            retry_after_s=standing.tokens.wait_s(tokens),
            rates=rates,
        )
    return None


def _tightest(buckets: Sequence[Bucket]) -> Any:
    """The rate of the bucket with the least in it; None if none of them is limited."""
    rates = [rate for bucket in buckets if (rate := bucket.rate())]
    return min(rates, key=lambda rate: rate.remaining, default=None)
