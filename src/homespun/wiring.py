"""The only place that builds the object graph. Everything else takes what it needs as an argument."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

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
from homespun.core.errors import Invalid, ModelNotFound, Unavailable
from homespun.engines import Engine
from homespun.engines.openvino import JoinedEngine, OpenVinoEngine, hosted_engine
from homespun.engines.scripted import ScriptedEngine
from homespun.engines.upstream import UpstreamEngine
from homespun.explained import explained
from homespun.gate import Availability, Gate, Regions, Responses, swept
from homespun.journal import Journal
from homespun.models import ModelStore
from homespun.serve import Ring
from homespun.settings import EngineKind, Settings
from homespun.store import Store

logger = logging.getLogger(__name__)

_RECOVER_EVERY_S = 60.0
_COUNT_EVERY_S = 1.0
_SCRIPTED_DELAY_S = 0.02
"""Between two words, so that they are seen to come."""


class Engines:
    """The engines that answer at present, by the model's name; the default first."""

    def __init__(self, engines: Mapping[str, Engine]) -> None:
        self._engines = dict(engines)

    def names(self) -> tuple[str, ...]:
        """All names, the default first."""
        return tuple(self._engines)

    def engine(self, name: str) -> Engine:
        """The engine that answers for a name. Raises `ModelNotFound`."""
        if name not in self._engines:
            raise ModelNotFound
        return self._engines[name]

    async def start(self) -> None:
        """All of them begin to load."""
        for engine in self._engines.values():
            await engine.start()

    async def stop(self) -> None:
        """Ends all of them."""
        for engine in self._engines.values():
            await engine.stop()


@dataclass(frozen=True, slots=True)
class House:
    """All parts of an installation, joined. Nothing runs before one of its blocks is entered."""

    settings: Settings
    store: Store
    accounts: Accounts
    billing: Billing
    journal: Journal
    model_store: ModelStore
    engines: Engines
    gate: Gate
    ring: Ring
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
            self._watched_books(),
            self.merges.finished(),
            self._counting(),
            self._recovering(),
            self.journal.followed(),
        ):
            await self.engines.start()
            try:
                yield
            finally:
                await self.close_answers()
                await self.engines.stop()

    @asynccontextmanager
    async def _watched_books(self) -> AsyncIterator[None]:
        """While the block runs, the books are looked after."""
        watching = asyncio.create_task(self.billing.watch.run(self.settings.billing.verify_interval_s))
        try:
            yield
        finally:
            watching.cancel()
            await asyncio.wait({watching})

    @asynccontextmanager
    async def _counting(self) -> AsyncIterator[None]:
        """While the block runs, other server processes can tell how the engines of this one are doing."""
        counting = asyncio.create_task(self._count_again_and_again())
        try:
            yield
        finally:
            counting.cancel()
            await asyncio.wait({counting})

    async def _count_again_and_again(self) -> None:
        while True:
            self.metrics.keep_up()
            await asyncio.sleep(_COUNT_EVERY_S)

    @asynccontextmanager
    async def _recovering(self) -> AsyncIterator[None]:
        """While the block runs, turns are closed that could not be when they ended, and those of processes that die."""
        recovering = asyncio.create_task(self._recover_again_and_again())
        try:
            yield
        finally:
            recovering.cancel()
            await asyncio.wait({recovering})

    async def _recover_again_and_again(self) -> None:
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


def build(settings: Settings, engines: Mapping[str, Engine] | None = None) -> House:
    """The house by its settings; tests bring engines of their own.

    Raises `ModelNotFound`, `ModelUnreadable`, and `Invalid` for a GeoIP file that can't be read.
    """
    clock = SystemClock()
    store = build_store(settings)
    accounts = Accounts(store, clock, settings.accounts, openid=settings.openid)
    journal = Journal(store, settings.data_dir / "spools", clock, accounts.projects)
    model_store = build_model_store(settings)
    models = Engines(engines or {settings.model: build_engine(settings)})
    billing = Billing(store, clock, settings.billing)
    gate = Gate(
        store, accounts, billing, journal, clock, lambda name: models.engine(name).status.context_tokens, settings.gate
    )
    ring = Ring(gate, Assistant(models, journal, settings.assistant), journal, clock)
    metrics = Metrics(models, engines_are_shared=engines is not None)  # brought along: joined by all workers
    live = LiveAnswers(metrics)
    endings = Endings(accounts, live, clock)
    merges = Merges(accounts, journal, billing)
    backend = Backend(
        settings=settings.api,
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
        models,
        gate,
        ring,
        live,
        endings,
        merges,
        metrics,
        app,
    )


def build_engine(settings: Settings) -> Engine:
    """The engine that answers by these settings, not started. Raises `ModelNotFound`, `ModelUnreadable`, `Invalid`."""
    match settings.engine:
        case EngineKind.OPENVINO:
            return OpenVinoEngine(*_model_files(settings), settings.openvino)
        case EngineKind.UPSTREAM:
            if not settings.upstream.base_url:
                raise Invalid(
                    "The upstream engine needs an address: set upstream.base_url, such as http://gpu-1:8000/v1."
                )
            return UpstreamEngine(replace(settings.upstream, model=settings.upstream.model or settings.model))
        case EngineKind.SCRIPTED:
            return ScriptedEngine(piece_delay_s=_SCRIPTED_DELAY_S)


def _model_files(settings: Settings) -> tuple[Path, Path]:
    """The model's weights, and the folder for what is compiled from them."""
    installed = build_model_store(settings).find(settings.model)
    return installed.weights, settings.data_dir / "compiled" / installed.name


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


def database_url(settings: Settings) -> str:
    """Where the database is; with its password, so it is for no eyes: `homespun.store.shown` masks it."""
    return settings.database_url or f"sqlite+aiosqlite:///{settings.data_dir.absolute()}/homespun.db"


def serve_with_workers(settings: Settings, listener: socket.socket) -> None:
    """Serves with `settings.workers` processes until a signal comes; an engine on this machine is one for all.

    Raises `ModelNotFound`, `ModelUnreadable`, and `Invalid` where the data directory's path is too long for a socket.
    """
    with _shared_engine(settings) as engine_socket, shared_metrics():
        work = partial(_serve_as_worker, settings, engine_socket)
        # A worker closes its answers first, then its connections: each may take so long.
        Workers(work, listener, count=settings.workers, stop_timeout_s=3 * settings.stop_timeout_s).run()


@contextmanager
def _shared_engine(settings: Settings) -> Iterator[Path | None]:
    """Where workers join the engine; None if each can as well have its own."""
    if settings.engine is not EngineKind.OPENVINO:
        yield None
        return
    weights, cache_dir = _model_files(settings)
    with hosted_engine(weights, cache_dir, settings.openvino, folder=settings.data_dir / "sockets") as engine_socket:
        yield engine_socket


def _serve_as_worker(settings: Settings, engine_socket: Path | None, listener: socket.socket) -> None:
    log_to_stderr()
    engines = {settings.model: JoinedEngine(engine_socket)} if engine_socket else None
    with suppress(KeyboardInterrupt):
        serve(build(settings, engines), listener)


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
