"""One answer in the making: its tokens, its cache blocks, its text so far."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import Enum, auto

from homespun.core.events import FinishReason, TokenLogprob
from homespun.core.sampling import Sampling

from .answer_text import AnswerText
from .speculation import PromptLookup


class Phase(Enum):
    """Where a sequence is in its life."""

    WAITING = auto()
    """In the queue; holds no blocks."""
    RUNNING = auto()
    """Takes part in steps: its prompt is being taken up, or its answer written."""
    FINISHED = auto()


@dataclass(eq=False, slots=True)
class Sequence:
    """One choice of one request. `tokens` is the prompt with the answer so far at its end."""

    request: int
    choice: int
    tokens: list[int]
    sampling: Sampling
    text: AnswerText
    limit: int
    """The most tokens it may have, prompt included."""
    seed: int
    eos_ids: frozenset[int]
    scope: bytes = b""
    """Where its chain of digests begins: it shares cache blocks with those that begin there too."""
    prompt_tokens: int = 0
    leader: Sequence | None = None
    """The first choice of the same request: this one waits until the prompt they share is in the cache."""
    phase: Phase = Phase.WAITING
    computed: int = 0
    """How many of `tokens` have their keys and values in the cache."""
    cached: int = 0
    """How many of the prompt's tokens were found in the prefix cache when it was first admitted."""
    blocks: list[int] = field(default_factory=list)
    published: int = 0
    """How many of `blocks` are in the prefix cache already."""
    digest: bytes = b""
    """The chained digest of the last published block; `scope` before there is one."""
    lookup: PromptLookup = field(default_factory=PromptLookup)
    began: bool = False
    """Whether its request has been told that it is being answered."""
    generated: Counter[int] = field(default_factory=Counter)
    """How often each token was generated; kept only when a penalty asks for it."""
    untold: int = 0
    """Tokens that the reader has not been told of yet."""
    untold_logprobs: list[TokenLogprob] = field(default_factory=list)
    """Of tokens that the reader has not been told of yet; of the prompt's own too, while it `is_scoring`."""
    machine_us: float = 0.0
    """How long the machine has worked for it, as far as its reader has not been told."""
    finish_reason: FinishReason | None = None

    def __post_init__(self) -> None:
        self.prompt_tokens = len(self.tokens)
        self.digest = self.scope

    @property
    def pending(self) -> int:
        """Tokens that have to pass the graph before the next one can be drawn."""
        return len(self.tokens) - self.computed

    @property
    def is_writing(self) -> bool:
        """Whether its prompt has been taken up, so that each step gives it a token."""
        return self.pending == 1 and len(self.tokens) > self.prompt_tokens

    @property
    def completion_tokens(self) -> int:
        """Tokens generated so far."""
        return len(self.tokens) - self.prompt_tokens

    @property
    def is_scoring(self) -> bool:
        """Whether it is collecting the log-probabilities of its prompt's tokens, which are told with the first drawn
        token; it has them of as many as `untold_logprobs` are."""
        return self.sampling.scores_prompt and not self.completion_tokens

    @property
    def reusable(self) -> list[int]:
        """Its tokens, as far as they may be found in the prefix cache: a token that isn't calculated tells nothing of
        the one after it."""
        return self.tokens[: len(self.untold_logprobs)] if self.is_scoring else self.tokens

    @property
    def is_held_back(self) -> bool:
        """Whether the prompt that it shares with its leader is still on its way into the cache."""
        leader = self.leader
        return leader is not None and leader.phase is not Phase.FINISHED and leader.completion_tokens == 0

    @property
    def has_penalties(self) -> bool:
        """Whether earlier tokens change the odds of the next."""
        sampling = self.sampling
        return bool(sampling.presence_penalty or sampling.frequency_penalty or sampling.repetition_penalty != 1)

    def take_machine_us(self) -> int:
        """The whole microseconds that the reader has not been told of, which are told now."""
        whole = int(self.machine_us)
        self.machine_us -= whole
        return whole

    def append(self, token: int) -> FinishReason | None:
        """Takes up a drawn token; says why the sequence ends, if it does. A stop token is not part of the answer."""
        if token in self.eos_ids or token in self.sampling.stop_token_ids:
            return FinishReason.STOP
        self.tokens.append(token)
        if self.has_penalties:
            self.generated[token] += 1
        if self.text.feed(token):
            return FinishReason.STOP
        return FinishReason.LENGTH if len(self.tokens) >= self.limit else None
