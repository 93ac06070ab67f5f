"""Sequences for the tests of the engine's inner parts, without a tokenizer."""

from __future__ import annotations

from homespun.core.events import TokenAlternative, TokenLogprob
from homespun.core.sampling import Sampling
from homespun.engines.openvino.answer_text import AnswerText
from homespun.engines.openvino.sequence import Sequence

NOTHING_BEFORE = TokenLogprob(TokenAlternative(0, b"", 0.0), ())
"""What is told of a prompt's first token."""


class Letters:
    """Decodes token 97 as "a", and so on."""

    def feed(self, token_id: int) -> str:
        return chr(token_id)

    def flush(self) -> str:
        return ""


def make_sequence(
    tokens: list[int],
    *,
    request: int = 1,
    choice: int = 0,
    sampling: Sampling | None = None,
    limit: int = 1000,
    leader: Sequence | None = None,
    seed: int = 0,
    scope: bytes = b"",
) -> Sequence:
    sampling = sampling or Sampling()
    return Sequence(
        request=request,
        choice=choice,
        tokens=list(tokens),
        sampling=sampling,
        text=AnswerText(Letters(), sampling.stop),
        limit=limit,
        seed=seed,
        eos_ids=frozenset({2}),
        leader=leader,
        scope=scope,
        untold_logprobs=[NOTHING_BEFORE] if sampling.scores_prompt else [],
    )
