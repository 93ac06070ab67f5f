"""Builds the second ring by the settings. A server may run meanwhile, and goes on answering with its champion."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from homespun.accounts import Accounts
from homespun.core.clock import SystemClock
from homespun.core.errors import Invalid
from homespun.engine_wiring import base_digest, build_engine, build_releases, database_url
from homespun.engines import Engine
from homespun.engines.openvino import OpenVinoEngine
from homespun.improve import Card, Improving, Parts, Tell
from homespun.journal import Journal, Signalled
from homespun.learning.examination import GREEDY, examine
from homespun.learning.examination import Settings as ExaminationSettings
from homespun.learning.snapshots import Snapshots
from homespun.learning.stages import Base
from homespun.learning.trainer import Trainer
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
    if settings.engine is not EngineKind.OPENVINO:
        raise Invalid("Only a model that answers on this machine can be trained here: set engine to openvino.")
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

        async def signals() -> AsyncIterator[Signalled]:
            async for signalled in journal.signals(await accounts.consents.given(), up_to=None):
                yield signalled

        async def examined(model: Path, champion: Release, snapshot: Path, tell: Tell) -> Card:
            return await _examined(settings, model, champion, snapshot, tell)

        parts = Parts(folder, base, signals, snapshots, Trainer(folder), examined, releases, estimates=estimates)
        yield Workshop(Improving(parts), releases, Rollouts(store, clock, releases), snapshots)
    finally:
        await store.close()


async def _examined(settings: Settings, model: Path, champion: Release, snapshot: Path, tell: Tell) -> Card:
    """Both models are served as they would be for people. No judge: whether people prefer it, the rollout finds out."""
    candidate = _engine(settings, model, "candidate")
    standing = build_engine(settings) if champion.is_base else _engine(settings, champion.weights, champion.digest[:16])
    demands = replace(ExaminationSettings(), requires_wins=False)
    try:
        await candidate.start()
        await standing.start()
        names, reference = ("candidate", champion.name), model.parent / GREEDY
        card = await examine(
            candidate, standing, snapshot, demands, tell, names=names, reference=reference, weights=model
        )
    finally:
        await candidate.stop()
        await standing.stop()
    return card.as_json()


def _engine(settings: Settings, weights: Path, name: str) -> Engine:
    return OpenVinoEngine(weights, settings.data_dir / "compiled" / f"release-{name}", settings.openvino)
