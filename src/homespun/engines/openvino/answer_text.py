"""The text of an answer as it grows, held back where a stop string may be beginning."""

from __future__ import annotations

from typing import Protocol


class TextDecoder(Protocol):
    """What `decoding.IncrementalDecoder` is: tokens in, whole characters out."""

    def feed(self, token_id: int) -> str:
        """The characters that this token completes."""
        ...

    def flush(self) -> str:
        """What is left at the end."""
        ...


class AnswerText:
    """Collects decoded text and gives out what is certain to belong to the answer."""

    def __init__(self, decoder: TextDecoder, stops: tuple[str, ...]) -> None:
        self._decoder = decoder
        self._stops = stops
        self._longest = max(map(len, stops), default=0)
        self._unsent = ""
        self._stopped = False

    def feed(self, token: int) -> bool:
        """Takes up a token; says whether a stop string is complete, which ends the answer before it."""
        text = self._decoder.feed(token)
        if not text:
            return False
        self._unsent += text
        if self._stops:
            self._cut_at_stop()
        return self._stopped

    def take(self) -> str:
        """The text that is certain by now and was not taken before."""
        held = 0 if self._stopped else self._possible_stop()
        text, self._unsent = (self._unsent[:-held], self._unsent[-held:]) if held else (self._unsent, "")
        return text

    def finish(self) -> str:
        """All the text that is left, at the end of the answer."""
        if not self._stopped:
            self._unsent += self._decoder.flush()
            self._cut_at_stop()
        text, self._unsent = self._unsent, ""
        return text

    def _cut_at_stop(self) -> None:
        places = [place for stop in self._stops if (place := self._unsent.find(stop)) >= 0]
        if places:
            self._unsent = self._unsent[: min(places)]
            self._stopped = True

    def _possible_stop(self) -> int:
        """The length of the longest end of the text with which a stop string may begin."""
        for length in range(min(self._longest - 1, len(self._unsent)), 0, -1):
            end = self._unsent[-length:]
            if any(stop.startswith(end) for stop in self._stops):
                return length
        return 0
