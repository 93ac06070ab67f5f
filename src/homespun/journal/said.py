"""What one turn has said so far, event by event, and the closing that comes of it."""

from __future__ import annotations

from collections.abc import Iterator

from homespun.core.errors import HomespunError
from homespun.core.events import Began, Ended, Event, FinishReason, Piece

from .values import Answer, Closing, Turn, TurnState


class Said:
    """Takes in a turn's events in order; `closing` is for `Journal.close_turn`."""

    def __init__(self, *, choices: int = 0) -> None:
        """`choices` is how many there will be, where that is known."""
        self._began = Began(prompt_tokens=0, cached_tokens=0, prompt_digest="")
        self._texts: dict[int, list[str]] = {choice: [] for choice in range(choices)}
        self._tokens: dict[int, int] = dict.fromkeys(self._texts, 0)
        self._reasons: dict[int, FinishReason] = {}
        self._machine_us: int | None = None

    def add(self, event: Event) -> None:
        """Takes in the next event."""
        if event.machine_us is not None:
            self._machine_us = (self._machine_us or 0) + event.machine_us
        match event:
            case Piece(choice, text, tokens):
                self._texts.setdefault(choice, []).append(text)
                self._tokens[choice] = self._tokens.get(choice, 0) + tokens
            case Ended(choice, reason, tokens):
                self._texts.setdefault(choice, [])
                self._tokens[choice] = tokens
                self._reasons[choice] = reason
            case Began():
                self._began = event

    @property
    def is_complete(self) -> bool:
        """Every choice has come to its end."""
        return bool(self._texts) and self._texts.keys() == self._reasons.keys()

    def closing(
        self,
        state: TurnState,
        error: HomespunError | None = None,
        *,
        first_token_ms: int | None = None,
        total_ms: int | None = None,
    ) -> Closing:
        """All of it; an `error` counts if the turn has failed.

        Choices that had not come to their end were cancelled if the turn was stopped, else broken off by an error.
        """
        cut_short = FinishReason.CANCELLED if state is TurnState.STOPPED else FinishReason.ERROR
        return Closing(
            state=state,
            answers=tuple(
                Answer(choice, "".join(texts), self._reasons.get(choice, cut_short), self._tokens[choice])
                for choice, texts in sorted(self._texts.items())
            ),
            prompt_tokens=self._began.prompt_tokens,
            cached_tokens=self._began.cached_tokens,
            prompt_digest=self._began.prompt_digest or None,
            first_token_ms=first_token_ms,
            total_ms=total_ms,
            machine_us=self._machine_us,
            error_code=error.code if error and state is TurnState.FAILED else None,
            error_message=error.message if error and state is TurnState.FAILED else None,
        )


def replayed(turn: Turn) -> Iterator[Event]:
    """The events of a turn that is complete, told once more: each choice in one piece, without log-probabilities."""
    yield Began(turn.prompt_tokens, turn.cached_tokens, turn.prompt_digest or "")
    for answer in turn.answers:
        yield Piece(answer.choice, answer.text, answer.completion_tokens)
        yield Ended(answer.choice, answer.finish_reason, answer.completion_tokens)
