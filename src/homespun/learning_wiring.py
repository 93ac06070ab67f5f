"""Builds the second ring by the settings. A server may run meanwhile, and goes on answering with its champion."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from homespun.accounts import Accounts
from homespun.core.clock import SystemClock
from homespun.core.errors import Invalid
from homespun.engine_wiring import base_digest, build_engine, build_releases, database_url
from homespun.engines import Engine
from homespun.engines.openvino import OpenVinoEngine
from homespun.improve import Card, Improving, Parts, Tell
from homespun.journal import Journal, Signalled
from homespun.learning.examination import GREEDY, Nobody, RewardJudge, examine
from homespun.learning.foreman import Means
from homespun.learning.forgetting import Forgetting
from homespun.learning.improvements import Improvements
from homespun.learning.judges import judge_of
from homespun.learning.runs import Run, Runs
from homespun.learning.snapshots import Snapshot, Snapshots
from homespun.learning.stages import Base
from homespun.learning.trainer import Trainer, require_environment
from homespun.models import ModelStore
from homespun.releases import Release, Releases, Rollouts
from homespun.settings import EngineKind, Settings
from homespun.store import Store


@dataclass(frozen=True, slots=True)
class Workshop:
    """All that commands about learning need."""

    improving: Improving
    releases: Releases
    rollouts: Rollouts
    snapshots: Snapshots


@asynccontextmanager
async def open_workshop(settings: Settings, *, estimates: bool = True) -> AsyncIterator[Workshop]:
    """The workshop of this installation. Raises `Invalid` where another server answers, and `ModelNotFound`."""
    _require_own_model(settings)
    models = ModelStore(settings.data_dir / "models", settings.models)
    base = Base(models.find(settings.model).weights, base_digest(settings))
    store, clock = Store(database_url(settings), connections=settings.database_connections), SystemClock()
    try:
        await store.migrate()
        accounts = Accounts(store, clock, settings.accounts)
        journal = Journal(store, settings.data_dir / "spools", clock, accounts.projects)
        releases = build_releases(settings, store, clock)
        snapshots = Snapshots(settings.data_dir, settings.curation, releases.all)
        folder = settings.data_dir / "learning"
        trainer = Trainer(folder)

        async def examined(run: Run, champion: Release, snapshot: Snapshot, tell: Tell) -> Card:
            demands, bases = settings.examination, folder / "bases"
            judge = await judge_of(run, snapshot, base, bases, trainer, tell, demands)
            return await _examined(settings, run.model, champion, snapshot.folder, judge, tell)

        signals = partial(_signals, accounts, journal)
        parts = Parts(folder, base, signals, snapshots, trainer, examined, releases, estimates=estimates)
        parts = replace(parts, forget=build_forgetting(settings, accounts, releases).catch_up)
        yield Workshop(Improving(parts), releases, Rollouts(store, clock, releases), snapshots)
    finally:
        await store.close()


def build_improvements(
    settings: Settings, accounts: Accounts, journal: Journal, releases: Releases, *, means: Means | None = None
) -> Improvements:
    """What a server has of the second ring: it has improvements made by processes of their own. Tests bring means."""
    return Improvements(
        Runs(settings.data_dir / "learning" / "runs"),
        means or _means(settings),
        Snapshots(settings.data_dir, settings.curation, releases.all),
        partial(_signals, accounts, journal),
        settings.curation,
    )


def _means(settings: Settings) -> Means:
    """The command line, with what this server was told by options of its own; all else it finds as this server did."""

    def base() -> str:
        _require_own_model(settings)
        return base_digest(settings)

    return Means(
        base,
        lambda run_id: (sys.executable, "-m", "homespun", "learn", "run", "--run", run_id),
        {"HOMESPUN_DATA_DIR": str(settings.data_dir.absolute()), "HOMESPUN_MODEL": settings.model},
        settings.releases.rolls_out,
        require_environment,
    )


def _require_own_model(settings: Settings) -> None:
    if settings.engine is not EngineKind.OPENVINO:
        raise Invalid("Only a model that answers on this machine can be trained here: set engine to openvino.")


async def _signals(accounts: Accounts, journal: Journal) -> AsyncIterator[Signalled]:
    """What people said who consent."""
    async for signalled in journal.signals(await accounts.consents.given(), up_to=None):
        yield signalled


def build_forgetting(settings: Settings, accounts: Accounts, releases: Releases) -> Forgetting:
    """What keeps snapshots free of people who were removed."""
    snapshots = Snapshots(settings.data_dir, settings.curation, releases.all)
    return Forgetting(settings.data_dir / "learning", snapshots, accounts.people.removed)


async def _examined(
    settings: Settings, model: Path, champion: Release, snapshot: Path, judge: RewardJudge | Nobody, tell: Tell
) -> Card:
    """Both models are served as they would be for people."""
    candidate = _engine(settings, model, "candidate")
    standing = build_engine(settings) if champion.is_base else _engine(settings, champion.weights, champion.digest[:16])
    try:
        await candidate.start()
        await standing.start()
        card = await examine(
            candidate,
            standing,
            snapshot,
            settings.examination,
            tell,
            names=("candidate", champion.name),
            judge=judge,
            reference=model.parent / GREEDY,
            weights=model,
        )
    finally:
        await candidate.stop()
        await standing.stop()
    return card.as_json()


def _engine(settings: Settings, weights: Path, name: str) -> Engine:
    return OpenVinoEngine(weights, settings.data_dir / "compiled" / f"release-{name}", settings.openvino)
