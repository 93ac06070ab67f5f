"""How the installation is, and how it is set. For owners and admins; no secret is shown."""

from __future__ import annotations

from fastapi import APIRouter

from homespun import __version__
from homespun.api.app.guard import AdminRoute, Parts
from homespun.api.app.wire import console as wire
from homespun.api.backend import Backend

router = APIRouter(prefix="/api/console", route_class=AdminRoute)


@router.get("/health")
async def health(parts: Parts) -> wire.Health:
    """How this process's engines and the database are."""
    return wire.Health(
        version=__version__,
        engines=[_engine(parts, name) for name in parts.models.names()],
        database=wire.DatabaseHealth.of(await parts.installation.database()),
    )


@router.get("/settings")
async def settings(parts: Parts) -> list[wire.Setting]:
    """Every setting with its explanation, its value, and where that comes from."""
    return [wire.Setting.of(setting) for setting in parts.installation.settings()]


def _engine(parts: Backend, name: str) -> wire.EngineHealth:
    status = parts.models.engine(name).status
    return wire.EngineHealth(
        model=name,
        state=status.state,
        problem=status.problem,
        running=status.running,
        waiting=status.waiting,
        context_tokens=status.context_tokens,
        restarts=status.restarts_total,
    )
