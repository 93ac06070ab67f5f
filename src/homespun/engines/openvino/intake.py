"""Turns a submitted request into sequences: renders and encodes the prompt, and checks what can be checked beforehand.

Runs on the thread that reads the pipe, so that a long prompt is encoded while the others' steps go on.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

import numpy as np

from homespun.core.errors import Invalid, PromptTooLong
from homespun.core.events import TokenAlternative, TokenLogprob
from homespun.core.messages import ChatPrompt, Prompt, TextPrompt, TokenPrompt

from .answer_text import AnswerText
from .blocks import scope_digest
from .messages import Submit
from .sequence import Sequence
from .tokenizer import Tokenizer


@dataclass(frozen=True, slots=True)
class Arrival:
    """A request that is ready for the queue."""

    request: int
    prompt_digest: str
    sequences: list[Sequence]
    """One for each choice; they wait for the first to take the prompt up."""


class Intake:
    """Knows the tokenizer and the limits of the loaded model."""

    def __init__(self, tokenizer: Tokenizer, *, vocab: int, context_tokens: int) -> None:
        self._tokenizer = tokenizer
        self._vocab = vocab
        self._context_tokens = context_tokens

    def encode(self, prompt: Prompt) -> list[int]:
        """The prompt's tokens. Raises `Invalid` for what can't be encoded."""
        match prompt:
            case ChatPrompt(messages):
                return self._tokenizer.render_chat(messages)
            case TextPrompt(text):
                return self._tokenizer.render_text(text)
            case TokenPrompt(token_ids):
                self._check_ids(token_ids, "prompt")
                return list(token_ids)

    def prepare(self, submit: Submit) -> Arrival:
        """Raises `Invalid` or `PromptTooLong` where the request can't be run."""
        tokens = self.encode(submit.prompt.prompt())
        if not tokens:
            raise Invalid("The prompt is empty. Give at least one token.", param="prompt")
        if len(tokens) >= self._context_tokens:
            raise PromptTooLong(
                f"The prompt has {len(tokens)} tokens; this model can read {self._context_tokens - 1} and needs room "
                "for an answer. Shorten it, or start a new conversation."
            )
        sampling = submit.sampling
        self._check_ids(sampling.logit_bias, "logit_bias")
        longest = self._context_tokens if sampling.max_tokens is None else sampling.max_tokens
        limit = min(self._context_tokens, len(tokens) + longest)
        opening = self._echo(submit.prompt.prompt(), tokens) if sampling.echo else ""
        digest = sha256(np.array(tokens, np.int32).tobytes()).hexdigest()
        sequences: list[Sequence] = []
        for choice in range(sampling.n):
            sequences.append(
                Sequence(
                    request=submit.request,
                    choice=choice,
                    tokens=list(tokens),
                    sampling=sampling,
                    text=AnswerText(self._tokenizer.decoder(), sampling.stop, opening=opening),
                    limit=limit,
                    seed=submit.seed,
                    eos_ids=self._tokenizer.eos_ids,
                    scope=scope_digest(submit.cache_scope),
                    leader=sequences[0] if sequences else None,
                    untold_logprobs=[self._nothing_before(tokens[0])] if sampling.scores_prompt else [],
                )
            )
        return Arrival(submit.request, digest, sequences)

    def _echo(self, prompt: Prompt, tokens: Iterable[int]) -> str:
        """What a prompt reads like. Special tokens are told by their names, as they stand in a text that holds them."""
        if isinstance(prompt, TextPrompt):
            return prompt.text
        return b"".join(map(self._tokenizer.token_bytes, tokens)).decode(errors="replace")

    def _nothing_before(self, token: int) -> TokenLogprob:
        return TokenLogprob(TokenAlternative(token, self._tokenizer.token_bytes(token), 0.0), ())

    def _check_ids(self, ids: Iterable[int], param: str) -> None:
        bad = next((token for token in ids if not 0 <= token < self._vocab), None)
        if bad is not None:
            raise Invalid(f"{bad} is no token of this model; ids go from 0 to {self._vocab - 1}.", param=param)
