"""Ends a growing text before a stop string, wherever the pieces that it comes in happen to be cut."""

from __future__ import annotations


class StopStrings:
    """Gives out text as soon as it is certain that no stop string begins in it."""

    def __init__(self, stops: tuple[str, ...]) -> None:
        self._stops = tuple(stop for stop in stops if stop)
        self._longest = max(map(len, self._stops), default=0)
        self._held = ""
        self.reached = False
        """True: a stop string has come; the answer ended before it."""

    def feed(self, text: str) -> str:
        """Takes up more text and returns what has become certain; nothing after a stop string was reached."""
        if self.reached:
            return ""
        self._held += text
        places = [place for stop in self._stops if (place := self._held.find(stop)) >= 0]
        if places:
            self.reached = True
            certain, self._held = self._held[: min(places)], ""
            return certain
        keep = self._possible_beginning()
        certain, self._held = self._held[: len(self._held) - keep], self._held[len(self._held) - keep :]
        return certain

    def finish(self) -> str:
        """No more text will come: returns what was held back."""
        rest, self._held = self._held, ""
        return rest

    def _possible_beginning(self) -> int:
        """The length of the longest end of the text that is the beginning of a stop string."""
        for length in range(min(self._longest - 1, len(self._held)), 0, -1):
            if any(stop.startswith(self._held[-length:]) for stop in self._stops):
                return length
        return 0
