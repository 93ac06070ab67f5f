"""Log-probabilities in the shapes of both endpoints."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from homespun.core.events import TokenAlternative, TokenLogprob

Json = dict[str, object]


def token_text(token: TokenAlternative) -> str:
    r"""The token as text; bytes that are only part of a character as escapes, such as \xe4."""
    return token.text.decode("utf-8", "backslashreplace")


def chat_logprobs(tokens: Sequence[TokenLogprob]) -> Json:
    """The `logprobs` of a choice of a chat completion."""
    return {"content": [_chat_token(token) for token in tokens], "refusal": None}


def _chat_token(token: TokenLogprob) -> Json:
    return _alternative(token.chosen) | {"top_logprobs": [_alternative(token) for token in token.top]}


def _alternative(token: TokenAlternative) -> Json:
    return {"token": token_text(token), "logprob": token.logprob, "bytes": list(token.text)}


def completion_logprobs(tokens: Sequence[TokenLogprob], offset: int, *, follows_nothing: bool) -> Json:
    """The `logprobs` of a choice of a completion. `offset`: characters of the answer before the first of the tokens.

    The sampled token is always among the likeliest, as OpenAI's reference says: there may be one more than asked. Of a
    first token that `follows_nothing`, because it is the prompt's, log-probabilities are null.
    """
    texts = [token_text(token.chosen) for token in tokens]
    logprobs: list[float | None] = [token.chosen.logprob for token in tokens]
    tops: list[dict[str, float] | None] = [_likeliest(token) for token in tokens]
    if tokens and follows_nothing:
        logprobs[:1], tops[:1] = [None], [None]
    return {
        "tokens": texts,
        "token_logprobs": logprobs,
        "top_logprobs": tops,
        "text_offset": list(accumulate(map(len, texts[:-1]), initial=offset)) if texts else [],
    }


def _likeliest(token: TokenLogprob) -> dict[str, float]:
    return {token_text(candidate): candidate.logprob for candidate in (*token.top, token.chosen)}
