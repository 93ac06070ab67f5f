"""The plainest `LiveModels`: engines by name, no releases."""

from __future__ import annotations

from collections.abc import Mapping

from homespun.core.errors import ModelNotFound
from homespun.core.incoming import Placement
from homespun.engines import Engine, LoadedEngine


class FixedEngines:
    """Those that a test brings, the default first."""

    def __init__(self, engines: Mapping[str, Engine]) -> None:
        self._engines = dict(engines)

    def names(self) -> tuple[str, ...]:
        return tuple(self._engines)

    def place(self, name: str, person_id: str) -> Placement:
        return Placement()

    def rival(self, name: str, own: Placement) -> Placement:
        return own

    async def summon(self, name: str) -> tuple[str, Placement]:
        raise ModelNotFound

    def engine(self, name: str, release_id: str | None = None) -> Engine:
        if name not in self._engines:
            raise ModelNotFound
        return self._engines[name]

    def loaded(self) -> tuple[LoadedEngine, ...]:
        return tuple(LoadedEngine(name, "", engine) for name, engine in self._engines.items())
