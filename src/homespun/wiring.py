"""The only place that builds the object graph. Everything else takes what it needs as an argument."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from collections.abc import AsyncIterator, Coroutine, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from homespun.accounts import Accounts
from homespun.api import (
    App,
    Backend,
    Endings,
    Installation,
    Lifespan,
    LiveAnswers,
    Merges,
    Metrics,
    Server,
    Workers,
    build_door,
    shared_metrics,
)
from homespun.assistant import Assistant
from homespun.billing import Billing
from homespun.core.clock import SystemClock
from homespun.core.errors import Conflict, Invalid, Unavailable
from homespun.engine_wiring import Sockets, base_digest, build_live, build_releases, database_url, hosted_engines
from homespun.engines import Engine
from homespun.explained import explained
from homespun.gate import Availability, Gate, Regions, Responses, swept
from homespun.journal import Journal
from homespun.learning.foreman import Means
from homespun.learning.improvements import Improvements
from homespun.learning.trainer import Trainer
from homespun.learning_wiring import build_forgetting, build_improvements
from homespun.models import ModelStore
from homespun.releases import Build, LiveReleases, Releases, Rollouts, Shadows
from homespun.serve import Ring
from homespun.settings import EngineKind, Settings
from homespun.shadow import Shadow
from homespun.store import Store, swept_hourly
from homespun.tuning import Desk, RealWorkshop, Workshop

logger = logging.getLogger(__name__)

_RECOVER_EVERY_S = 60.0
_COUNT_EVERY_S = 1.0


@dataclass(frozen=True, slots=True)
class House:
    """All parts of an installation, joined. Nothing runs before one of its blocks is entered."""

    settings: Settings
    store: Store
    accounts: Accounts
    billing: Billing
    journal: Journal
    model_store: ModelStore
    releases: Releases
    rollouts: Rollouts
    desk: Desk
    improvements: Improvements
    engines: LiveReleases
    gate: Gate
    ring: Ring
    shadow: Shadow
    live: LiveAnswers
    endings: Endings
    merges: Merges
    metrics: Metrics
    app: App
    """The ASGI application, without lifespan."""

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """The database, brought up to date; turns of dead processes are closed. Raises `StorageFull`."""
        self.settings.data_dir.mkdir(parents=True, exist_ok=True)
        try:
            await self.store.migrate()
            await self.journal.recover(self.gate.close)
            await self.accounts.ensure_owner()
            yield
        finally:
            self.journal.close()
            await self.store.close()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """The database and the engines, which are loading when the block begins."""
        async with (
            self.open(),
            self.endings.watched(),
            self.accounts.tended(),
            swept(self.store, SystemClock()),
            swept_hourly(SystemClock(), self._forget, "What removed people said"),
            _meanwhile(self.billing.watch.run(self.settings.billing.verify_interval_s)),
            self.merges.finished(),
            _meanwhile(self._count_again_and_again()),
            _meanwhile(self._recover_again_and_again()),
            self.journal.followed(),
            _meanwhile(self.rollouts.watch()),
        ):
            await self.engines.start()
            try:
                async with self.desk.working(), self.improvements.made(), _meanwhile(self.shadow.run()):
                    yield
            finally:
                await self.close_answers()
                await self.engines.stop()

    async def _forget(self, _: datetime) -> None:
        await build_forgetting(self.settings, self.accounts, self.releases).catch_up()
        with suppress(Conflict):  # an improvement goes on; in an hour it doesn't
            await asyncio.to_thread(self.improvements.unlearn)

    async def _count_again_and_again(self) -> None:
        """So that other server processes can tell how the engines of this one are doing."""
        while True:
            self.metrics.keep_up()
            await asyncio.sleep(_COUNT_EVERY_S)

    async def _recover_again_and_again(self) -> None:
        """Closes the turns that could not be closed when they ended, and those of processes that die."""
        while True:
            await asyncio.sleep(_RECOVER_EVERY_S)
            try:
                await self.ring.close_late()
                await self.journal.recover(self.gate.close)
            except Exception:  # a full disk, a database that is away: it is tried again in a minute
                logger.warning("Turns that are still open can't be closed at present", exc_info=True)

    async def close_answers(self) -> None:
        """Cuts what is being answered and closes its turns, in a bounded time; what is late is recovered next time."""
        self.ring.stop()
        await self.live.stop(
            Unavailable("The server is stopping. Send the request again in a minute."),
            timeout_s=self.settings.stop_timeout_s,
        )


@asynccontextmanager
async def _meanwhile(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """While the block runs, the work goes on, which has no end of its own."""
    working = asyncio.create_task(work)
    try:
        yield
    finally:
        working.cancel()
        await asyncio.wait({working})


def build(
    settings: Settings,
    engines: Mapping[str, Engine] | None = None,
    *,
    release_engine: Build | None = None,
    workshop: Workshop | None = None,
    means: Means | None = None,
    sockets: Sockets | None = None,
) -> House:
    """The house by its settings. Workers join engines behind sockets; tests bring engines, a workshop and means.

    Raises `ModelNotFound`, `ModelUnreadable`, and `Invalid` for a GeoIP file that can't be read.
    """
    clock = SystemClock()
    store = build_store(settings)
    accounts = Accounts(store, clock, settings.accounts, openid=settings.openid)
    journal = Journal(store, settings.data_dir / "spools", clock, accounts.projects)
    model_store = build_model_store(settings)
    releases = build_releases(settings, store, clock, model=next(iter(engines or ()), ""))
    rollouts = Rollouts(store, clock, releases)
    desk = Desk(
        store, clock, releases, workshop or build_workshop(settings), settings.data_dir / "tuning", settings.tuning
    )
    improvements = build_improvements(settings, accounts, journal, releases, means=means)
    models = build_live(settings, releases, clock, engines=engines, release_engine=release_engine, sockets=sockets)
    billing = Billing(store, clock, settings.billing)
    gate = Gate(
        store, accounts, billing, journal, clock, lambda name: models.engine(name).status.context_tokens, settings.gate
    )
    assistant = Assistant(models, journal, settings.assistant)
    shadow = Shadow(
        models,
        Shadows(store, clock),
        accounts.consents.given,
        journal,
        assistant,
        clock,
        wanted=settings.releases.shadow_answers,
    )
    ring = Ring(models, gate, assistant, journal, clock, shadow.make_way)
    metrics = Metrics(models, engines_are_shared=sockets is not None)
    live = LiveAnswers(metrics)
    endings = Endings(accounts, live, clock)
    merges = Merges(accounts, journal, billing)
    backend = Backend(
        settings=settings.api,
        learning=settings.learning,
        installation=Installation(
            settings.accounts,
            settings.billing.currency,
            lambda: explained(settings, os.environ),
            partial(store.condition, thoroughly=False),
        ),
        clock=clock,
        accounts=accounts,
        billing=billing,
        gate=gate,
        responses=Responses(store, clock),
        ring=ring,
        journal=journal,
        models=models,
        releases=releases,
        rollouts=rollouts,
        desk=desk,
        improvements=improvements,
        live=live,
        endings=endings,
        merges=merges,
        metrics=metrics,
    )
    app = build_door(backend)
    return House(
        settings,
        store,
        accounts,
        billing,
        journal,
        model_store,
        releases,
        rollouts,
        desk,
        improvements,
        models,
        gate,
        ring,
        shadow,
        live,
        endings,
        merges,
        metrics,
        app,
    )


def build_workshop(settings: Settings) -> Workshop:
    """What fine-tuning is done with: the trainer that all of this installation share."""
    folder = settings.data_dir / "learning"

    def weights() -> Path:
        if settings.engine is not EngineKind.OPENVINO:
            raise Invalid("Another server answers here, with weights of its own. Training needs the engine openvino.")
        return build_model_store(settings).find(settings.model).weights

    return RealWorkshop(Trainer(folder), weights, folder / "bases", lambda: base_digest(settings)[:16])


def build_model_store(settings: Settings) -> ModelStore:
    """The models of this installation, for commands that need nothing else."""
    return ModelStore(settings.data_dir / "models", settings.models)


@asynccontextmanager
async def open_accounts(settings: Settings) -> AsyncIterator[Accounts]:
    """The accounts of this installation, for commands that need no engine; a server may run meanwhile."""
    store = build_store(settings)
    try:
        await store.migrate()
        accounts = Accounts(store, SystemClock(), settings.accounts)
        yield accounts
        await accounts.courier.settle()
    finally:
        await store.close()


@asynccontextmanager
async def open_billing(settings: Settings) -> AsyncIterator[Billing]:
    """The billing of this installation, for commands that need no engine; a server may run meanwhile."""
    store = build_store(settings)
    try:
        await store.migrate()
        yield Billing(store, SystemClock(), settings.billing)
    finally:
        await store.close()


@asynccontextmanager
async def open_availability(settings: Settings) -> AsyncIterator[tuple[Availability, Accounts]]:
    """To whom it is available, for commands that need no engine; a server may run meanwhile.

    No country is looked up there, so it opens where the GeoIP file is damaged, too.
    """
    store = build_store(settings)
    try:
        await store.migrate()
        clock = SystemClock()
        accounts = Accounts(store, clock, settings.accounts)
        nowhere = Regions(replace(settings.gate, country_header="", geoip_file=""))
        yield Availability(store, accounts, clock, nowhere), accounts
    finally:
        await store.close()


def build_store(settings: Settings) -> Store:
    """The database of this installation, not opened yet. Raises `Invalid` for a URL that isn't one."""
    return Store(database_url(settings), connections=settings.database_connections)


@asynccontextmanager
async def open_releases(settings: Settings) -> AsyncIterator[tuple[Releases, Rollouts]]:
    """The releases of this installation, for commands that need no engine; a server may run meanwhile."""
    store, clock = build_store(settings), SystemClock()
    releases = build_releases(settings, store, clock)
    try:
        await store.migrate()
        yield releases, Rollouts(store, clock, releases)
    finally:
        await store.close()


def serve_with_workers(settings: Settings, listener: socket.socket) -> None:
    """Serves with `settings.workers` processes until a signal comes; an engine on this machine is one for all.

    Raises `ModelNotFound`, `ModelUnreadable`, and `Invalid` where the data directory's path is too long for a socket.
    """
    with hosted_engines(settings) as sockets, shared_metrics():
        work = partial(_serve_as_worker, settings, sockets)
        # A worker closes its answers first, then its connections: each may take so long.
        Workers(work, listener, count=settings.workers, stop_timeout_s=3 * settings.stop_timeout_s).run()


def _serve_as_worker(settings: Settings, sockets: Sockets | None, listener: socket.socket) -> None:
    log_to_stderr()
    with suppress(KeyboardInterrupt):
        serve(build(settings, sockets=sockets), listener)


def log_to_stderr() -> None:
    """What a server tells of itself, a line each."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for chatty in ("alembic", "httpx", "uvicorn"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def serve(house: House, listener: socket.socket) -> None:
    """Serves until a signal comes. The socket is closed at the end."""
    app = Lifespan(house.app, house.running)
    server = Server(app, before_stop=house.close_answers, stop_timeout_s=house.settings.stop_timeout_s)
    server.run(sockets=[listener])
