"""Which releases there are, and their steps: candidate, canary, champion, retired.

Every step is one unit of work with a line in the book of changes: who, when, why. Server processes follow the database,
so a step counts everywhere within seconds. This module must not know how models are trained or loaded.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import and_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from homespun import __version__
from homespun.core.clock import Clock
from homespun.core.errors import Conflict, Refused
from homespun.core.ids import new_id
from homespun.store import Store

from . import rows, steps
from .folders import Contents, ReleaseFolders
from .settings import Settings
from .signing import SigningKey
from .steps import Word
from .tables import ReleaseChangeRow, ReleaseRow, RolloutRow
from .values import ROLLED_OUT, Change, Release, ReleaseState, Rollout

HOMESPUN = "homespun"
"""Who does what nobody has to say."""


class Releases:
    """The releases of one model, made and moved. A name is a number, `<model>@<number>`, an id or part of a digest."""

    def __init__(
        self, store: Store, clock: Clock, folder: Path, key: Path, *, model: str, settings: Settings | None = None
    ) -> None:
        """`folder` holds a folder for each release, `key` is the file of the key that signs them."""
        self.settings = settings or Settings()
        self.model = model
        self.folders = ReleaseFolders(folder, SigningKey(key))
        self._store = store
        self._clock = clock

    async def register(
        self,
        model_folder: Path,
        *,
        base_digest: str,
        snapshot_digest: str,
        recipe: Mapping[str, Any],
        card: Mapping[str, Any],
        parent: str,
    ) -> Release:
        """Makes a candidate of a trained model; the same one made again is the one that is there.

        `card` is the examination as JSON; its `passed` says whether the release may answer people. `parent` is the
        champion's name. Raises `NotFound` for a parent that isn't there, `Invalid`, `ReleaseDamaged`.
        """
        before = await self.one(parent)
        contents = Contents(
            self.model, base_digest, snapshot_digest, recipe, before.digest, __version__, model_folder, card
        )
        return await self._made(contents, parent_id=before.id, has_passed=card.get("passed") is True)

    async def ensure_base(self, base_digest: str) -> Release:
        """The release of the model as it is installed: the first champion, and again whenever its files have changed.

        A champion that was trained stays. Safe while other processes do the same.
        """
        is_base = and_(ReleaseRow.model == self.model, ReleaseRow.parent_id.is_(None))
        async with self._store.read() as session:
            known = await session.scalar(select(ReleaseRow).where(is_base, ReleaseRow.base_digest == base_digest))
        if known is None:
            contents = Contents(self.model, base_digest, None, {}, None, __version__, None, None)
            base = await self._made(contents, parent_id=None, has_passed=True)
        else:
            base = self._release(known)
        async with self.changing(HOMESPUN, "The installed model is another one now.") as (session, word):
            champion = await rows.require_champion(session, self.model)
            if champion.id != base.id and champion.parent_id is None:
                await steps.promote(session, await rows.by_name(session, base.id), word)
        return await self.one(base.id)

    async def all(self) -> tuple[Release, ...]:
        """Every release of every model, the newest first."""
        async with self._store.read() as session:
            found = await session.scalars(select(ReleaseRow).order_by(ReleaseRow.number.desc()))
            return tuple(self._release(row) for row in found)

    async def one(self, name: str) -> Release:
        """Raises `NotFound`."""
        async with self._store.read() as session:
            return self._release(await rows.by_name(session, name))

    async def champion(self) -> Release:
        """Raises `Conflict` before the first start."""
        async with self._store.read() as session:
            return self._release(await rows.require_champion(session, self.model))

    async def live(self) -> tuple[tuple[Release, ...], Rollout | None]:
        """What should be loaded, the champion first, and the rollout that is going on; by two small queries."""
        states = (ReleaseState.CHAMPION, *ROLLED_OUT)
        async with self._store.read() as session:
            found = await session.scalars(
                select(ReleaseRow)
                .where(
                    ReleaseRow.model == self.model,
                    or_(ReleaseRow.state.in_(states), ReleaseRow.wanted_until > self._clock.now()),
                )
                .order_by(ReleaseRow.number)
            )
            by_state = sorted(found, key=lambda row: (row.state != ReleaseState.CHAMPION, row.state not in states))
            rollout = await rows.running(session, self.model)
            return tuple(self._release(row) for row in by_state), rows.rollout(rollout) if rollout else None

    async def changes(self, release_id: str) -> tuple[Change, ...]:
        """All steps of a release, the newest first."""
        book = select(ReleaseChangeRow).where(ReleaseChangeRow.release_id == release_id)
        async with self._store.read() as session:
            return tuple(
                rows.change(row) for row in await session.scalars(book.order_by(ReleaseChangeRow.number.desc()))
            )

    async def rollouts(self, limit: int = 20) -> tuple[Rollout, ...]:
        """The last ones, the newest first."""
        wanted = select(RolloutRow).where(RolloutRow.model == self.model).order_by(RolloutRow.id.desc()).limit(limit)
        async with self._store.read() as session:
            return tuple(rows.rollout(row) for row in await session.scalars(wanted))

    async def want(self, release_id: str) -> None:
        """Keeps a release loaded for a while, because somebody asks for it by its number."""
        until = self._clock.now() + timedelta(seconds=self.settings.asked_for_s)
        async with self._store.write() as session:
            await session.execute(update(ReleaseRow).where(ReleaseRow.id == release_id).values(wanted_until=until))

    async def begin_rollout(
        self, name: str, *, by: str = HOMESPUN, why: str = "", without_shadow: bool = False
    ) -> Rollout:
        """A release answers in shadow from now on; without it, the first share of the people. One that is in shadow may
        leave it so.

        Raises `Refused` where nobody says so and `rolls_out` is off; `Conflict` while another rollout is going on, and
        for a release that has not passed its examination.
        """
        if by == HOMESPUN and not self.settings.rolls_out:
            raise Refused("Releases aren't rolled out by themselves here. Promote it, or set releases.rolls_out.")
        async with self.changing(by, why) as (session, word):
            row = await rows.by_name(session, name)
            has_shadow = self.settings.shadow_answers and not without_shadow
            return rows.rollout(await steps.begin(session, row, 0.0 if has_shadow else self.settings.shares[0], word))

    async def widen(self, share: float, *, by: str = HOMESPUN, why: str = "") -> Rollout:
        """The canary answers this part of the people from now on. Raises `Conflict` where nothing is rolled out."""
        async with self.changing(by, why) as (session, word):
            rollout = await rows.running(session, self.model)
            if rollout is None:
                raise Conflict("Nothing is being rolled out.")
            await steps.widen(session, rollout, await rows.by_name(session, rollout.candidate_id), share, word)
            return rows.rollout(rollout)

    async def promote(self, name: str, *, by: str = HOMESPUN, why: str = "") -> Release:
        """Makes a release the champion; the one before retires, and a rollout that is going on is over.

        Raises `Conflict` for the champion itself, and for a release that has not passed its examination.
        """
        async with self.changing(by, why) as (session, word):
            row = await rows.by_name(session, name)
            await steps.promote(session, row, word)
            return self._release(row)

    async def rollback(
        self, name: str | None = None, *, by: str = HOMESPUN, why: str = "It was taken back."
    ) -> Release:
        """Takes the canary back, or else the champion, whose predecessor returns. Who is the champion from now on.

        Raises `Conflict` where there is no predecessor, and where it isn't the release with this `name` that would be
        taken back: the one that somebody looks at may have been promoted or taken back meanwhile.
        """
        async with self.changing(by, why) as (session, word):
            rollout = await rows.running(session, self.model)
            champion = await rows.require_champion(session, self.model)
            row = await rows.by_name(session, rollout.candidate_id) if rollout else champion
            if name is not None and (await rows.by_name(session, name)).id != row.id:
                raise Conflict(f"Nothing was taken back: by now it would be {row.model}@{row.number}. Look again.")
            return self._release(await steps.take_back(session, row, word))

    async def retire(self, name: str, *, by: str = HOMESPUN, why: str = "") -> Release:
        """A candidate is not to be rolled out. Raises `Conflict` for the champion and the canary: see `rollback`."""
        async with self.changing(by, why) as (session, word):
            row = await rows.by_name(session, name)
            steps.retire(session, row, word)
            return self._release(row)

    async def fail(self, release_id: str, why: str) -> None:
        """It can't be loaded: the canary is taken back, the champion too if there is one before it, and says why."""
        async with self.changing(HOMESPUN, why) as (session, word):
            row = await rows.by_name(session, release_id)
            if row.state not in (ReleaseState.CHAMPION, *ROLLED_OUT):
                return
            with suppress(Conflict):  # a champion with none before it: its engine says why it doesn't answer
                await steps.take_back(session, row, word)

    @asynccontextmanager
    async def changing(self, by: str, why: str) -> AsyncIterator[tuple[AsyncSession, Word]]:
        """A unit of work that is alone with all releases."""
        async with self._store.write() as session:
            await rows.lock(session)
            yield session, Word(by, why, self._clock.now())

    async def _made(self, contents: Contents, *, parent_id: str | None, has_passed: bool) -> Release:
        """The folder, then the row; killed in between, it is made again, and the folder is found."""
        digest = await asyncio.to_thread(self.folders.write, contents)
        async with self.changing(HOMESPUN, "It was made.") as (session, word):
            if known := await rows.by_digest(session, digest):
                return self._release(known)
            is_first = await rows.champion(session, self.model) is None
            row = ReleaseRow(
                id=new_id("rel"),
                number=await rows.next_number(session),
                model=self.model,
                digest=digest,
                parent_id=parent_id,
                state=ReleaseState.CHAMPION if is_first and parent_id is None else ReleaseState.CANDIDATE,
                base_digest=contents.base_digest,
                snapshot_digest=contents.snapshot_digest,
                recipe=dict(contents.recipe),
                has_passed=has_passed,
                problem="",
                created_at=word.at,
            )
            session.add(row)
            await session.flush()
            steps.note(session, row, None, word)
            return self._release(row)

    def _release(self, row: ReleaseRow) -> Release:
        return rows.release(row, self.folders.path(row.digest))
