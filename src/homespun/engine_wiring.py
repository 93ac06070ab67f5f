"""Builds engines by the settings: that of the installed model, and those of its releases.

With several workers, the process that starts them hosts the engines, and each worker joins them by their sockets.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from homespun.core.clock import Clock, SystemClock
from homespun.core.errors import Invalid
from homespun.engines import Engine
from homespun.engines.openvino import HostedEngine, JoinedEngine, OpenVinoEngine, in_a_thread, socket_path
from homespun.engines.scripted import ScriptedEngine
from homespun.engines.upstream import UpstreamEngine
from homespun.models import InstalledModel, ModelStore
from homespun.releases import Build, LiveReleases, Release, Releases
from homespun.settings import EngineKind, Settings
from homespun.store import Store

_SCRIPTED_DELAY_S = 0.02
"""Between two words, so that they are seen to come."""
_MIB = 2**20
_AGAIN_S = 5.0
_CONNECTIONS = 2
"""To PostgreSQL, of the process that hosts engines."""
_LONGEST_SOCKET_PATH = 100
"""In bytes. Linux takes 107, others fewer."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Sockets:
    """Where the engines are that another process hosts."""

    folder: Path
    host_pid: int

    def path(self, release: Release | None = None) -> Path:
        """Of this release's engine, or the base's."""
        return socket_path(self.folder, self.host_pid, _socket_name(release))


def build_engine(settings: Settings) -> Engine:
    """The engine that answers by these settings, not started. Raises `ModelNotFound`, `ModelUnreadable`, `Invalid`."""
    match settings.engine:
        case EngineKind.OPENVINO:
            return OpenVinoEngine(*_release_files(settings, None), settings.openvino)
        case EngineKind.UPSTREAM:
            if not settings.upstream.base_url:
                raise Invalid(
                    "The upstream engine needs an address: set upstream.base_url, such as http://gpu-1:8000/v1."
                )
            return UpstreamEngine(replace(settings.upstream, model=settings.upstream.model or settings.model))
        case EngineKind.SCRIPTED:
            return ScriptedEngine(piece_delay_s=_SCRIPTED_DELAY_S)


def build_releases(settings: Settings, store: Store, clock: Clock, *, model: str = "") -> Releases:
    """The releases of this installation."""
    return Releases(
        store,
        clock,
        settings.data_dir / "releases",
        settings.data_dir / "release.key",
        model=model or settings.model,
        settings=settings.releases,
    )


def build_live(
    settings: Settings,
    releases: Releases,
    clock: Clock,
    *,
    engines: Mapping[str, Engine] | None,
    release_engine: Build | None,
    sockets: Sockets | None,
) -> LiveReleases:
    """The models that live in this process. Tests bring engines of their own; workers join those behind sockets.

    Raises `ModelNotFound`, `ModelUnreadable`, `Invalid`.
    """
    if sockets:
        joined = JoinedEngine(sockets.path())
        return LiveReleases(
            releases,
            {settings.model: joined},
            base_digest(settings),
            lambda release: JoinedEngine(sockets.path(release)),
            partial(_size_bytes, settings, releases),
            clock,
            verifies=False,
        )
    return LiveReleases(
        releases,
        engines or {settings.model: build_engine(settings)},
        "brought along" if engines else base_digest(settings),
        release_engine or partial(_build_release_engine, settings),
        partial(_size_bytes, settings, releases),
        clock,
    )


def database_url(settings: Settings) -> str:
    """Where the database is; with its password, so it is for no eyes: `homespun.store.shown` masks it."""
    return settings.database_url or f"sqlite+aiosqlite:///{settings.data_dir.absolute()}/homespun.db"


def release_weights(settings: Settings, release: Release) -> Path:
    """The folder of safetensors, or the .gguf file, that a release's engine loads.

    Raises `Invalid` where they aren't on this machine: another server's, or those of a base that was replaced.
    """
    if release.is_base and settings.engine is not EngineKind.OPENVINO:
        raise Invalid("The weights of this model aren't here: it answers elsewhere. Only trained releases are.")
    return _release_files(settings, release)[0]


def base_digest(settings: Settings) -> str:
    """What the installed model is: the same on every machine that has the same files. Raises `ModelNotFound`."""
    if settings.engine is EngineKind.OPENVINO:
        parts = sorted(f"{file.name} {file.sha256}" for file in _installed(settings).files)
    else:
        parts = [settings.engine, settings.upstream.base_url, settings.upstream.model or settings.model]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


@contextmanager
def hosted_engines(settings: Settings) -> Iterator[Sockets | None]:
    """Where workers join the engines while the block runs; None if each can as well have its own.

    Raises `ModelNotFound`, `ModelUnreadable`, and `Invalid` where the data directory's path is too long for a socket.
    """
    if settings.engine is not EngineKind.OPENVINO:
        yield None
        return
    _installed(settings)
    sockets = Sockets(settings.data_dir / "sockets", os.getpid())
    _check_length(sockets.path())
    with in_a_thread(partial(_host, settings, sockets)):
        yield sockets


def _build_release_engine(settings: Settings, release: Release) -> Engine:
    match settings.engine:
        case EngineKind.OPENVINO:
            return OpenVinoEngine(*_release_files(settings, release), settings.openvino)
        case EngineKind.UPSTREAM if not release.is_base:
            raise Invalid("Another server answers here, with weights of its own. Releases need the engine openvino.")
        case _:
            return build_engine(settings)


def _release_files(settings: Settings, release: Release | None) -> tuple[Path, Path]:
    """The weights of a release, or of the installed model, and the folder for what is compiled from them."""
    if release and not release.is_base:
        return release.weights, _compiled(settings, f"release-{release.digest[:16]}")
    if release and release.base_digest != base_digest(settings):
        raise Invalid(f"{release.name} was another version of {release.model}, which is not installed any more.")
    installed = _installed(settings)
    return installed.weights, _compiled(settings, installed.name)


def _size_bytes(settings: Settings, releases: Releases, release: Release) -> int:
    """About the memory that its engine takes: weights and key/value cache."""
    if settings.engine is not EngineKind.OPENVINO:
        return 0
    weights = _installed(settings).size_bytes if release.is_base else releases.folders.size_bytes(release.digest)
    return weights + settings.openvino.kv_cache_mb * _MIB


def _installed(settings: Settings) -> InstalledModel:
    return ModelStore(settings.data_dir / "models", settings.models).find(settings.model)


def _compiled(settings: Settings, name: str) -> Path:
    return settings.data_dir / "compiled" / name


async def _host(settings: Settings, sockets: Sockets) -> None:
    """Hosts the engines that the database wants, until it is cancelled."""
    while True:
        try:
            await _host_once(settings, sockets)
        except Exception:  # a database that is away comes back, and the workers wait for their engines
            logger.exception("Engines can't be hosted at present")
            await asyncio.sleep(_AGAIN_S)


async def _host_once(settings: Settings, sockets: Sockets) -> None:
    def hosted(release: Release | None) -> Engine:
        weights, cache_dir = _release_files(settings, release)
        return HostedEngine(weights, cache_dir, settings.openvino, folder=sockets.folder, name=_socket_name(release))

    clock, store = SystemClock(), Store(database_url(settings), connections=_CONNECTIONS)
    releases = build_releases(settings, store, clock)
    size_bytes = partial(_size_bytes, settings, releases)
    engines = {settings.model: hosted(None)}
    live = LiveReleases(releases, engines, base_digest(settings), hosted, size_bytes, clock)
    try:
        await store.migrate()
        await live.start()
        await asyncio.Event().wait()
    finally:
        await live.stop()
        await store.close()


def _socket_name(release: Release | None) -> str:
    return "base" if release is None or release.is_base else release.digest[:8]


def _check_length(path: Path) -> None:
    """Raises `Invalid` where a socket can't have this path."""
    if len(os.fsencode(path)) > _LONGEST_SOCKET_PATH:
        raise Invalid(
            f"There can't be a socket {path}: its path is too long. Choose a shorter data directory, or one worker."
        )
