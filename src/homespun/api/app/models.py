"""Which models there are."""

from __future__ import annotations

from fastapi import APIRouter

from . import shown
from .guard import GuardedRoute, Parts
from .wire.chats import ModelInfo

router = APIRouter(route_class=GuardedRoute)


@router.get("/api/models")
async def models(parts: Parts) -> list[ModelInfo]:
    """The models that answer at present, the default first."""
    names = parts.models.names()
    return [_model(parts, name, is_default=name == names[0]) for name in names]


def _model(parts: Parts, name: str, *, is_default: bool) -> ModelInfo:
    status = parts.models.engine(name).status
    return ModelInfo(
        name=name,
        is_default=is_default,
        state=status.state.value,
        problem=status.problem,
        context_tokens=status.context_tokens,
        defaults=shown.parameters(parts.settings.web_sampling),
    )
