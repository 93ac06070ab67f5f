"""What a turn costs: one formula, in whole numbers, rounded once. It reads nothing and writes nothing."""

from __future__ import annotations

from dataclasses import dataclass, fields

from homespun.core.errors import Invalid

from .money import MICROS
from .values import MOST_TOKENS

_MILLION = 1_000_000
MOST_RATE_MICROS = MICROS * 100_000
"""A hundred thousand major units for a million tokens, or for one prompt: no cost leaves the range of amounts."""


@dataclass(frozen=True, slots=True)
class Tariff:
    """The five rates of a price, in micros. Raises `Invalid` for rates that are negative or too large."""

    input_micros: int = 0
    """For a million prompt tokens that weren't in the cache."""
    cached_input_micros: int = 0
    """For a million prompt tokens that were; never more than `input_micros`, by which holds are made."""
    output_micros: int = 0
    """For a million completion tokens."""
    prompt_micros: int = 0
    """For each prompt."""
    request_micros: int = 0
    """For each request, which may have several prompts."""

    def __post_init__(self) -> None:
        for field in fields(self):
            rate = getattr(self, field.name)
            if type(rate) is not int or not 0 <= rate <= MOST_RATE_MICROS:
                raise Invalid(f"A price is a whole number of micros from 0 to {MOST_RATE_MICROS}.", param=field.name)
        if self.cached_input_micros > self.input_micros:
            raise Invalid(
                "Prompt tokens from the cache can't cost more than other prompt tokens.", param="cached_input_micros"
            )

    @property
    def is_free(self) -> bool:
        """Whether nothing ever costs anything."""
        return self == FREE


FREE = Tariff()


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a turn uses, as far as it is priced."""

    prompt: int
    cached: int
    """Those of `prompt` that came from the cache."""
    completion: int
    requests: int
    """1, or 0 for the further prompts of one request."""

    @property
    def total(self) -> int:
        """Prompt and completion."""
        return self.prompt + self.completion

    def first(self, count: int) -> Tokens:
        """The first so many of them, in the order they are made: cached, prompt, completion."""
        prompt = min(count, self.prompt)
        return Tokens(prompt, min(prompt, self.cached), min(count - prompt, self.completion), self.requests)


def cost_micros(tariff: Tariff, used: Tokens) -> int:
    """The cost, rounded half up to a whole micro once, at the end."""
    return (2 * _exact(tariff, used) + _MILLION) // (2 * _MILLION)


def most_completion_tokens(tariff: Tariff, used: Tokens, micros: int) -> int:
    """How many completion tokens so much pays for, beside the prompt in `used`; -1 where not even that is paid for."""
    # A cost rounds to `micros` or less as long as twice the exact one stays below 2 * micros + 1.
    room = ((2 * micros + 1) * _MILLION - 1) // 2 - _exact(tariff, Tokens(used.prompt, used.cached, 0, used.requests))
    if room < 0:
        return -1
    return min(room // tariff.output_micros, MOST_TOKENS) if tariff.output_micros else MOST_TOKENS


def _exact(tariff: Tariff, used: Tokens) -> int:
    """The cost in millionths of a micro."""
    return (
        (used.prompt - used.cached) * tariff.input_micros
        + used.cached * tariff.cached_input_micros
        + used.completion * tariff.output_micros
        + (tariff.prompt_micros + used.requests * tariff.request_micros) * _MILLION
    )
