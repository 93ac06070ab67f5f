"""The text of an answer as it grows, held back where a stop string may be beginning."""

from __future__ import annotations

from typing import Protocol

from homespun.engines.stop_strings import StopStrings


class TextDecoder(Protocol):
    """What `decoding.IncrementalDecoder` is: tokens in, whole characters out."""

    def feed(self, token_id: int) -> str:
        """The characters that this token completes."""
        ...

    def flush(self) -> str:
        """What is left at the end."""
        ...


class AnswerText:
    """Decodes one answer, and gives out what is certain to belong to it."""

    def __init__(self, decoder: TextDecoder, stops: tuple[str, ...], *, opening: str = "") -> None:
        """`opening` stands before the answer; no stop string is looked for in it."""
        self._decoder = decoder
        self._stops = StopStrings(stops)
        self._certain = opening

    def feed(self, token: int) -> bool:
        """Takes up a token; says whether a stop string is complete, which ends the answer before it."""
        self._certain += self._stops.feed(self._decoder.feed(token))
        return self._stops.reached

    def take(self) -> str:
        """The text that has become certain and was not taken before."""
        text, self._certain = self._certain, ""
        return text

    def finish(self) -> str:
        """All the text that is left, at the end of the answer."""
        if not self._stops.reached:
            self._certain += self._stops.feed(self._decoder.flush()) + self._stops.finish()
        return self.take()
