"""How many tokens a request took."""

from __future__ import annotations

from collections.abc import Iterable

from homespun.core.events import Began, Ended, Event

Json = dict[str, object]


def usage_of(events: Iterable[Event]) -> Json:
    """The `usage` of an answer, over all its prompts and choices. A prompt counts once, however many choices it has."""
    prompt_tokens = cached_tokens = completion_tokens = 0
    for event in events:
        match event:
            case Began():
                prompt_tokens += event.prompt_tokens
                cached_tokens += event.cached_tokens
            case Ended():
                completion_tokens += event.completion_tokens
    return {
        "prompt_tokens": prompt_tokens,
        "completion_tokens": completion_tokens,
        "total_tokens": prompt_tokens + completion_tokens,
        "prompt_tokens_details": {"cached_tokens": cached_tokens},
    }
