"""Which model and release a request is for: a model by its name, or one release of it as `<model>@<number>`."""

from __future__ import annotations

from dataclasses import replace

from homespun.accounts import Caller, Role
from homespun.api.backend import Backend
from homespun.core.errors import ModelNotFound

from .reading import Asked


async def named(backend: Backend, caller: Caller, asked: Asked) -> Asked:
    """The request with its model's usual name, and the release it is for. Raises `ModelNotFound`.

    Releases go by their numbers only to owners and admins: to all others, they aren't there.
    """
    if asked.model in backend.models.names():
        return asked
    if caller.person.role not in (Role.OWNER, Role.ADMIN) or "@" not in asked.model:
        raise _unknown(asked.model)
    try:
        model, placement = await backend.models.summon(asked.model)
    except ModelNotFound:
        raise _unknown(asked.model) from None
    incoming = tuple(replace(one, model=model, placement=placement) for one in asked.incoming)
    return replace(asked, model=model, incoming=incoming)


def _unknown(model: str) -> ModelNotFound:
    return ModelNotFound(f"The model {model[:100]!r} does not exist here. GET /v1/models lists them.", param="model")
