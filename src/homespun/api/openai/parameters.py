"""What becomes of every parameter of OpenAI's: honoured, accepted where it asks for nothing, or refused by its name.

None is silently ignored. A parameter that isn't in these tables is unknown and refused too; null is as good as absent.
docs/reference/api.md shows the same tables to people, and a test compares them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

import msgspec

from homespun.core.errors import UnsupportedParameter

from .wire import ChatRequest, CompletionRequest

Plain: TypeAlias = "bool | int | float | str | list[Plain] | dict[str, Plain] | None"

CHAT_HONOURED = frozenset(ChatRequest.__struct_fields__)
COMPLETIONS_HONOURED = frozenset(CompletionRequest.__struct_fields__)

HINTS = frozenset({"user", "safety_identifier", "prompt_cache_key"})
"""Any value: they tell the provider something and ask for nothing in the answer."""

CHAT_ONLY_AS: Mapping[str, tuple[Plain, ...]] = {
    "audio": (),
    "function_call": ("none",),
    "functions": ([],),
    "metadata": ({},),
    "modalities": (["text"],),
    "moderation": (),
    "parallel_tool_calls": (True, False),
    "prediction": (),
    "prompt_cache_options": ({},),
    "prompt_cache_retention": ("in_memory",),
    "reasoning_effort": ("none",),
    "response_format": ({"type": "text"},),
    "service_tier": ("auto", "default"),
    "store": (False,),
    "tool_choice": ("none", "auto"),
    "tools": ([],),
    "verbosity": ("medium",),
    "web_search_options": (),
}
"""Accepted with these values, which ask for nothing; refused with any other."""

COMPLETIONS_ONLY_AS: Mapping[str, tuple[Plain, ...]] = {
    "best_of": (1,),
    "suffix": ("",),
}


def refuse_unsupported(
    given: Mapping[str, msgspec.Raw], *, honoured: frozenset[str], only_as: Mapping[str, tuple[Plain, ...]]
) -> None:
    """Raises `UnsupportedParameter` for the first parameter that would have to be ignored."""
    for name in (name for name in given if name not in honoured and name not in HINTS):
        value: Plain = msgspec.json.decode(given[name])
        if value is None and name in only_as:
            continue
        if name not in only_as:
            raise UnsupportedParameter(f"There is no parameter {name[:100]!r} here. Leave it out.", param=name[:100])
        if not any(value == accepted and type(value) is type(accepted) for accepted in only_as[name]):
            raise UnsupportedParameter(_refusal(name, only_as[name]), param=name)


def _refusal(name: str, accepted: tuple[Plain, ...]) -> str:
    values = " or ".join(msgspec.json.encode(value).decode() for value in accepted)
    remedy = f"Leave it out or send {values}." if values else "Leave it out."
    return f"The parameter {name!r} is not supported here with this value. {remedy}"
