"""Which model and release a request is for: a model by its name, one release of it as `<model>@<number>`, or a model
that somebody had fine-tuned as `ft:...`."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from homespun.accounts import Caller, Role
from homespun.api.backend import Backend
from homespun.core.errors import ModelNotFound, Unavailable
from homespun.core.incoming import Placement

from .reading import Asked

_FINE_TUNED = "ft:"
_LOADS_WITHIN_S = 60.0


async def named(backend: Backend, caller: Caller, asked: Asked) -> Asked:
    """The request with its model's usual name, and the release it is for. Raises `ModelNotFound`.

    Releases go by their numbers only to owners and admins: to all others, they aren't there. A fine-tuned model is
    there for whoever had it made, and keeps its name in the answer; it is loaded first, if it isn't loaded. Raises
    `Unavailable` where that takes too long or can't be.
    """
    if asked.model in backend.models.names():
        return asked
    if asked.model.startswith(_FINE_TUNED):
        return _placed(asked, *await _fine_tuned(backend, caller, asked.model))
    if caller.person.role not in (Role.OWNER, Role.ADMIN) or "@" not in asked.model:
        raise _unknown(asked.model)
    try:
        model, placement = await backend.models.summon(asked.model)
    except ModelNotFound:
        raise _unknown(asked.model) from None
    return replace(_placed(asked, model, placement), model=model)


def _placed(asked: Asked, model: str, placement: Placement) -> Asked:
    incoming = tuple(replace(one, model=model, placement=placement) for one in asked.incoming)
    return replace(asked, incoming=incoming)


async def _fine_tuned(backend: Backend, caller: Caller, name: str) -> tuple[str, Placement]:
    """Its model and release, once that is loaded."""
    job = await backend.desk.jobs.of_model(caller.person.id, name)
    if job is None or job.release_id is None:
        raise _unknown(name)
    model, placement = await backend.models.summon((await backend.releases.one(job.release_id)).name)
    try:
        async with asyncio.timeout(_LOADS_WITHIN_S):
            await backend.models.engine(model, placement.release_id).wait_ready()
    except TimeoutError:
        raise Unavailable(f"{name} is still being loaded. Send the request again in a minute.") from None
    return model, placement


def _unknown(model: str) -> ModelNotFound:
    return ModelNotFound(f"The model {model[:100]!r} does not exist here. GET /v1/models lists them.", param="model")
