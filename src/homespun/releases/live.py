"""The models that live at present, as `LiveModels` promises them: by name, by person, by release.

Who gets which release is known in memory; no request waits for the database because of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

from homespun.core.clock import Clock
from homespun.core.errors import ModelNotFound, NotFound
from homespun.core.incoming import Placement
from homespun.engines import Engine, LoadedEngine

from .fleet import Build, Fleet
from .placement import placement
from .releases import Releases
from .values import Release, Rollout


class LiveReleases:
    """One model with its releases, and others that have none."""

    def __init__(
        self,
        releases: Releases,
        engines: Mapping[str, Engine],
        base_digest: str,
        build: Build,
        size_bytes: Callable[[Release], int],
        clock: Clock,
        *,
        verifies: bool = True,
    ) -> None:
        """`engines` by model; that of the model with releases is its base's, and is the first. See `Fleet`."""
        self._releases = releases
        self._model = releases.model
        self._first = engines[self._model]
        self._others = {name: engine for name, engine in engines.items() if name != self._model}
        self._base_digest = base_digest
        self._build = build
        self._fleet = Fleet(releases, self._built, size_bytes, clock, verifies=verifies)
        self._clock = clock
        self._summoned_s: dict[str, float] = {}
        """When each release was last asked for by its number."""
        self._following: asyncio.Task[None] | None = None
        self._is_first_used = False

    def names(self) -> tuple[str, ...]:
        """All names, the default first."""
        return (self._model, *self._others)

    def place(self, name: str, person_id: str) -> Placement:
        """Which release of the model answers this person. A canary that isn't loaded here answers nobody."""
        standing, rollout = self._fleet.standing, self._fleet.rollout
        if name != self._model or standing is None:
            return Placement()
        champion_id = standing.release.id
        if rollout and rollout.champion_id == champion_id and self._fleet.is_ready(rollout.candidate_id):
            return placement(person_id, rollout)
        return Placement(champion_id, 1.0)

    def rival(self, name: str, own: Placement) -> Placement:
        """The other release of a rollout; it is certain to be shown then. One that was asked for has no rival.

        A release in shadow is nobody's.
        """
        rollout = self._fleet.rollout
        if name != self._model or rollout is None or rollout.is_in_shadow or own.probability is None:
            return own
        if not self._fleet.is_ready(rollout.candidate_id):
            return own
        others = {
            rollout.candidate_id: Placement(rollout.champion_id, 1.0),
            rollout.champion_id: Placement(rollout.candidate_id, 1.0),
        }
        return others.get(own.release_id or "", own)

    @property
    def in_shadow(self) -> Rollout | None:
        """The rollout whose candidate could answer in shadow now, beside the champion that it is compared with."""
        standing, rollout = self._fleet.standing, self._fleet.rollout
        if rollout is None or not rollout.is_in_shadow or standing is None:
            return None
        is_whole = standing.release.id == rollout.champion_id and self._fleet.is_ready(rollout.candidate_id)
        return rollout if is_whole else None

    async def summon(self, name: str) -> tuple[str, Placement]:
        """The model and the release that `<model>@<number>` names; it loads, if it isn't loaded.

        Raises `ModelNotFound`.
        """
        try:
            release = await self._releases.one(name)
        except NotFound:
            raise ModelNotFound from None
        if name != release.name or release.model != self._model:
            raise ModelNotFound
        now_s = self._clock.monotonic_s()
        last_s = self._summoned_s.get(release.id)
        if last_s is None or now_s - last_s > self._releases.settings.asked_for_s / 4:
            self._summoned_s[release.id] = now_s
            await self._releases.want(release.id)
            await self._fleet.keep_up()
        return release.model, Placement(release.id)

    def engine(self, name: str, release_id: str | None = None) -> Engine:
        """The engine that answers for a name. Raises `ModelNotFound`, `Unavailable`."""
        if name in self._others:
            return self._others[name]
        if name != self._model:
            raise ModelNotFound
        if release_id is not None:
            return self._fleet.seat(release_id).engine
        return self._fleet.standing.engine if self._fleet.standing else self._first

    def loaded(self) -> tuple[LoadedEngine, ...]:
        """All engines there are, the default first."""
        seats = sorted(self._fleet, key=lambda seat: seat is not self._fleet.standing)
        of_releases = [LoadedEngine(self._model, str(seat.release.number), seat.engine) for seat in seats]
        others = [LoadedEngine(name, "", engine) for name, engine in self._others.items()]
        return (*(of_releases or [LoadedEngine(self._model, "", self._first)]), *others)

    async def start(self) -> None:
        """All engines begin to load, and the database is followed from now on."""
        for engine in self._others.values():
            await engine.start()
        await self._releases.ensure_base(self._base_digest)
        await self._fleet.keep_up()
        self._following = asyncio.create_task(self._fleet.follow())

    async def keep_up(self) -> None:
        """Looks into the database now."""
        await self._fleet.keep_up()

    async def stop(self) -> None:
        """Ends all engines."""
        if self._following:
            self._following.cancel()
            await asyncio.wait({self._following})
        await self._fleet.stop()
        for engine in self._others.values():
            await engine.stop()

    def _built(self, release: Release) -> Engine:
        """The base's engine is there from the beginning; it is made anew only when it comes back."""
        if release.is_base and not self._is_first_used:
            self._is_first_used = True
            return self._first
        return self._build(release)
