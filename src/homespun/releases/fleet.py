"""The engines of the releases that are wanted: loaded before they are needed, drained before they go.

Every process of every server follows the database, so a release that is promoted by a command answers everywhere within
seconds. What answers is replaced only when its successor is ready, and goes when nobody listens to it any more. This
module must not know who gets which release.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator

from homespun.core.clock import Clock
from homespun.core.errors import HomespunError, Unavailable
from homespun.engines import Engine, EngineState

from .releases import Releases
from .values import Release, ReleaseState, Rollout

Build = Callable[[Release], Engine]
"""Makes a release's engine, not started. Raises what speaks against it."""

FOLLOW_EVERY_S = 2.0
_STAYS_S = 30.0
"""Who was told to ask this release has asked it by then."""
_LONGEST_ANSWER_S = 900.0
_GIB = 2**30
_ENGINES_WITHOUT_BUDGET = 2

logger = logging.getLogger(__name__)


class Seat:
    """One release and its engine."""

    def __init__(self, release: Release, engine: Engine) -> None:
        self.release = release
        self.engine = engine
        self.loading: asyncio.Task[None] | None = None
        self.is_loaded = False
        """It was checked, and its engine has been ready."""
        self.unwanted_since_s: float | None = None

    @property
    def is_ready(self) -> bool:
        """It answers now."""
        return self.is_loaded and self.engine.status.state is EngineState.READY

    def is_drained(self, now_s: float) -> bool:
        """Nobody listens to it any more, or has for longer than any answer takes."""
        if self.unwanted_since_s is None:
            return False
        unwanted_s = now_s - self.unwanted_since_s
        status = self.engine.status
        is_idle = unwanted_s >= _STAYS_S and not status.running and not status.waiting
        return is_idle or unwanted_s >= _LONGEST_ANSWER_S

    async def stop(self) -> None:
        """Ends its engine, be it loading."""
        if self.loading and not self.loading.done():
            self.loading.cancel()
            await asyncio.wait({self.loading})
        await self.engine.stop()


class Fleet:
    """Keeps the engines that the database wants."""

    def __init__(
        self, releases: Releases, build: Build, size_bytes: Callable[[Release], int], clock: Clock, *, verifies: bool
    ) -> None:
        """`verifies`: a release's files are compared with its manifest before its engine loads them."""
        self._releases = releases
        self._build = build
        self._size_bytes = size_bytes
        self._clock = clock
        self._verifies = verifies
        self._seats: dict[str, Seat] = {}
        self._wanted: set[str] = set()
        """Ids of the releases that were to be loaded at the last look."""
        self._problems: dict[str, str] = {}
        """Why releases that are wanted have no seat."""
        self._standing: Seat | None = None
        self._rollout: Rollout | None = None
        self._following = asyncio.Lock()

    @property
    def standing(self) -> Seat | None:
        """The champion; while it loads, the one before it that still answers. None before the first round."""
        return self._standing

    @property
    def rollout(self) -> Rollout | None:
        """The one that is going on."""
        return self._rollout

    def __iter__(self) -> Iterator[Seat]:
        return iter(self._seats.values())

    def seat(self, release_id: str) -> Seat:
        """Raises `Unavailable`, saying why, for a release that isn't loaded."""
        seat, problem = self._seats.get(release_id), self._problems.get(release_id)
        if seat and (problem is None or seat is self._standing):  # the champion's own engine says what is wrong
            return seat
        raise Unavailable(problem or "This release isn't loaded. Send the request again.")

    def is_ready(self, release_id: str) -> bool:
        """It answers now."""
        return release_id in self._seats and self._seats[release_id].is_ready

    async def keep_up(self) -> None:
        """One round: asks the database what is wanted, loads what is new, lets go what is drained."""
        async with self._following:
            wanted, rollout = await self._releases.live()
            self._wanted = {release.id for release in wanted}
            self._problems = {one.id: self._problems[one.id] for one in wanted if one.id in self._problems}
            for release in wanted:
                await self._take_up(release)
            self._stand(wanted)
            await self._let_go()
            self._rollout = rollout

    async def follow(self) -> None:
        """Rounds without end."""
        while True:
            await asyncio.sleep(FOLLOW_EVERY_S)
            try:
                await self.keep_up()
            except Exception:  # a database that is away for a while comes back; what is loaded answers meanwhile
                logger.warning("It can't be asked at present which releases answer", exc_info=True)

    async def stop(self) -> None:
        """Ends all engines."""
        seats, self._seats = self._seats, {}
        for seat in seats.values():
            await seat.stop()

    async def _take_up(self, release: Release) -> None:
        if seat := self._seats.get(release.id):
            seat.release, seat.unwanted_since_s = release, None
        elif release.id not in self._problems:
            if not self._has_room(release):
                if all(seat.release.id in self._wanted for seat in self):  # else one drains, or soon will
                    why = "There is no memory for it beside the others; see releases.memory_gb."
                    await self._do_without(release, why)
                return
            try:
                seat = Seat(release, self._build(release))
            except HomespunError as error:
                await self._do_without(release, str(error))
                return
            self._seats[release.id] = seat
            seat.loading = asyncio.create_task(self._load(seat))

    async def _do_without(self, release: Release, why: str) -> None:
        """Who can't be loaded is taken back."""
        self._problems[release.id] = why
        await self._releases.fail(release.id, why)

    async def _load(self, seat: Seat) -> None:
        release = seat.release
        try:
            if self._verifies and not release.is_base:
                await asyncio.to_thread(self._releases.folders.verify, release.digest)
            await seat.engine.start()
            await seat.engine.wait_ready()
            seat.is_loaded = True
        except HomespunError as error:
            logger.error("%s can't be loaded: %s", release.name, error)
            self._problems[release.id] = str(error)
            await self._releases.fail(release.id, str(error))

    def _stand(self, wanted: tuple[Release, ...]) -> None:
        """The champion answers as soon as it can."""
        champion = next((one for one in wanted if one.state is ReleaseState.CHAMPION), None)
        seat = self._seats.get(champion.id) if champion else None
        if seat and (seat.is_ready or self._standing is None):
            self._standing = seat

    async def _let_go(self) -> None:
        now_s = self._clock.monotonic_s()
        for release_id, seat in tuple(self._seats.items()):
            if release_id in self._wanted or seat is self._standing:
                continue
            if seat.unwanted_since_s is None:
                seat.unwanted_since_s = now_s
            if seat.is_drained(now_s) or not seat.is_ready:
                del self._seats[release_id]
                await seat.stop()

    def _has_room(self, release: Release) -> bool:
        """The champion always has: somebody must answer."""
        if release.state is ReleaseState.CHAMPION:
            return True
        budget_bytes = self._releases.settings.memory_gb * _GIB
        if not budget_bytes:
            return len(self._seats) < _ENGINES_WITHOUT_BUDGET
        return sum(self._size_bytes(seat.release) for seat in self) + self._size_bytes(release) <= budget_bytes
