"""How a turn ended whose process died: by what its spool holds."""

from __future__ import annotations

from collections.abc import Iterable

from homespun.core.events import Began, Ended, Event, FinishReason, Piece

from .values import Answer, Closing, TurnState


def interrupted(events: Iterable[Event]) -> Closing:
    """The closing of a turn that said this and then no more. Choices that had not ended end with ERROR."""
    began = Began(prompt_tokens=0, cached_tokens=0, prompt_digest="")
    texts: dict[int, list[str]] = {}
    tokens: dict[int, int] = {}
    reasons: dict[int, FinishReason] = {}
    for event in events:
        match event:
            case Began():
                began = event
            case Piece():
                texts.setdefault(event.choice, []).append(event.text)
                tokens[event.choice] = tokens.get(event.choice, 0) + event.tokens
            case Ended():
                texts.setdefault(event.choice, [])
                tokens[event.choice] = event.completion_tokens
                reasons[event.choice] = event.reason
    return Closing(
        state=TurnState.INTERRUPTED,
        answers=tuple(
            Answer(choice, "".join(pieces), reasons.get(choice, FinishReason.ERROR), tokens[choice])
            for choice, pieces in sorted(texts.items())
        ),
        prompt_tokens=began.prompt_tokens,
        cached_tokens=began.cached_tokens,
        prompt_digest=began.prompt_digest or None,
    )
