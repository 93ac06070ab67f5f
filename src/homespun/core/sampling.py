"""How tokens are chosen: the sampling parameters of one request, in the field's standard terms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Sampling:
    """Sampling parameters. Doors check the ranges they promise; `__post_init__` asserts what engines rely on."""

    temperature: float = 1.0
    """0 is greedy; otherwise logits are divided by it. 0 to 2."""
    top_p: float = 1.0
    """Nucleus: the smallest set of tokens whose probabilities reach this sum. In (0, 1]."""
    top_k: int = 0
    """Only the k likeliest tokens; 0 is no limit."""
    min_p: float = 0.0
    """Only tokens at least this times as likely as the likeliest. 0 to 1."""
    presence_penalty: float = 0.0
    """Subtracted from the logit of every token generated so far. -2 to 2."""
    frequency_penalty: float = 0.0
    """Subtracted once for each time a token was generated. -2 to 2."""
    repetition_penalty: float = 1.0
    """Divides positive and multiplies negative logits of tokens in prompt or answer (CTRL, Keskar et al. 2019). > 0."""
    seed: int | None = None
    """Makes the draw repeatable; choice i of a request draws with a stream of its own."""
    max_tokens: int | None = None
    """At most so many tokens per choice; None: as many as the model's window holds. 0, which wants `scores_prompt`:
    none, the prompt alone is read."""
    stop: tuple[str, ...] = ()
    """Generation ends before the first of these strings; they are not part of the answer."""
    stop_token_ids: tuple[int, ...] = ()
    """Generation ends at one of these tokens, which is not part of the answer."""
    logprobs: int | None = None
    """None: no log-probabilities; n: those of the sampled token and of the n likeliest (0 to 20)."""
    logit_bias: Mapping[int, float] = field(default_factory=dict)
    """Added to the logits of these token ids before all else. -100 to 100."""
    n: int = 1
    """How many choices are generated for the one prompt."""
    echo: bool = False
    """Each choice begins with the prompt, told again: its text, and its tokens' log-probabilities where those are asked
    for. They don't count as tokens of the choice. A prompt of text is told as it stands; of any other, as its tokens
    are spelled."""

    def __post_init__(self) -> None:
        assert self.temperature >= 0
        assert 0 < self.top_p <= 1
        assert self.top_k >= 0
        assert 0 <= self.min_p <= 1
        assert self.repetition_penalty > 0
        assert self.max_tokens is None or self.max_tokens >= (0 if self.scores_prompt else 1)
        assert self.logprobs is None or 0 <= self.logprobs <= 20
        assert self.n >= 1
        assert self.n == 1 or not self.scores_prompt

    @property
    def scores_prompt(self) -> bool:
        """Whether it is told how likely the model finds the prompt's own tokens. Then there is one choice."""
        return self.echo and self.logprobs is not None
