"""Guesses how an answer goes on by what it has said before: prompt lookup (Saxena 2023).

Where the last few tokens occurred earlier, in the prompt or in the answer itself, what followed them then is the guess.
The step that calculates the next token calculates the guessed ones too, since for few sequences the weights have to
be read anyway; a guess that the sampler confirms is a token for nearly nothing. A guess never changes an answer: every
token is drawn as it would be without. This module must not know how tokens are calculated or drawn.
"""

from __future__ import annotations

_LENGTHS = (3, 2, 1)
"""How many of the last tokens are looked up, the most telling first."""
_MEMORY = 8
"""About so many of the latest guesses say how good the next will be."""
_AT_FIRST = (0.4, 0.25, 0.15)
"""How often a guess of each of `_LENGTHS` is taken to be right before there is any experience of this sequence."""
_COST_OF_ANY = 0.15
_COST_OF_EACH = 0.08
"""How much longer a step of one sequence takes with a guess, and how much more for each of its tokens; measured."""


class PromptLookup:
    """The guesses for one sequence. Takes memory for each of its tokens, some 500 bytes."""

    def __init__(self) -> None:
        self._ends: dict[tuple[int, ...], int] = {}
        """Where the latest occurrence of each few tokens ends, but for those at the very end."""
        self._indexed = 1
        """How many tokens are in `_ends` already."""
        self._guess: list[int] = []
        self._guess_at = 0
        self._length = _LENGTHS[0]
        """How many tokens the last guess was found by."""
        self._rates = dict(zip(_LENGTHS, _AT_FIRST, strict=True))
        """How often the next token was as guessed, by the number of tokens that guesses were found by."""

    def guess(self, tokens: list[int], most: int) -> list[int]:
        """At most `most` tokens that may follow `tokens`, which are those of the last call with more at their end.

        Short or empty where guesses have been wrong lately. They go on being made and judged, so that this costs no
        step anything and is over as soon as the text repeats itself again.
        """
        self._judge(tokens)
        self._index(tokens)
        self._guess, self._guess_at = self._look_up(tokens, most), len(tokens)
        return self._guess[: _worthwhile(self._rates[self._length], most)]

    def _judge(self, tokens: list[int]) -> None:
        """Compares the last guess with what came, up to the first difference."""
        for guessed, token in zip(self._guess, tokens[self._guess_at :], strict=False):
            right = guessed == token
            self._rates[self._length] += (right - self._rates[self._length]) / _MEMORY
            if not right:
                break

    def _index(self, tokens: list[int]) -> None:
        for end in range(self._indexed, len(tokens)):
            for length in _LENGTHS:
                if length <= end:
                    self._ends[tuple(tokens[end - length : end])] = end
        self._indexed = max(self._indexed, len(tokens))

    def _look_up(self, tokens: list[int], most: int) -> list[int]:
        for length in _LENGTHS:
            end = self._ends.get(tuple(tokens[-length:]))
            if end is not None:
                self._length = length
                since = tokens[end : end + most]
                return (since * -(-most // len(since)))[:most]  # a short one is the period of what repeats at the end
        return []


def _worthwhile(rate: float, most: int) -> int:
    """How many guessed tokens give the most tokens in a given time, if each is right as often as `rate`."""
    best, speed, expected = 0, 1.0, 1.0
    for count in range(1, most + 1):
        expected += rate**count
        if expected / (1 + _COST_OF_ANY + _COST_OF_EACH * count) > speed:
            best, speed = count, expected / (1 + _COST_OF_ANY + _COST_OF_EACH * count)
    return best
