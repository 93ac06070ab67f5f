"""OpenAI's JSON: requests as they are sent, and the chunks of answers. No other module knows its shape."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, assert_never

import msgspec

from homespun.core.errors import UnsupportedParameter
from homespun.core.events import FinishReason, TokenAlternative, TokenLogprob
from homespun.core.messages import ChatPrompt, Prompt, TextPrompt, TokenPrompt
from homespun.core.sampling import Sampling
from homespun.engines.protocol import GenerationRequest

from .settings import Settings

_EXTENSIONS = ("top_k", "min_p", "repetition_penalty", "stop_token_ids")
_NEUTRAL = Sampling()
_NO_ID = -1
"""The protocol tells the text of tokens, not their ids."""

DONE = b"[DONE]"


@dataclass(frozen=True, slots=True)
class Call:
    """A request as it goes over the wire."""

    path: str
    body: bytes


def call_for(request: GenerationRequest, settings: Settings) -> Call:
    """Raises `UnsupportedParameter` for what this server has no word for."""
    path, prompt = _prompt_fields(request.prompt)
    body = {"model": settings.model, **prompt, **_sampling_fields(request, settings), **_stream_fields(settings)}
    return Call(path, json.dumps(body).encode())


def count_call(prompt: Prompt, settings: Settings) -> Call:
    """Asks for the length of a prompt."""
    _, fields = _prompt_fields(prompt)
    return Call("/tokenize", json.dumps({"model": settings.model, **fields}).encode())


def _prompt_fields(prompt: Prompt) -> tuple[str, dict[str, Any]]:
    """The endpoint that takes such a prompt, and the field it goes into."""
    match prompt:
        case ChatPrompt():
            return "/chat/completions", {"messages": [{"role": m.role, "content": m.content} for m in prompt.messages]}
        case TextPrompt():
            return "/completions", {"prompt": prompt.text}
        case TokenPrompt():
            return "/completions", {"prompt": list(prompt.token_ids)}
        case _:
            assert_never(prompt)


def _stream_fields(settings: Settings) -> dict[str, Any]:
    options = {"include_usage": True}
    if settings.dialect.reports_usage_at_once:
        options["continuous_usage_stats"] = True
    return {"stream": True, "stream_options": options}


def _sampling_fields(request: GenerationRequest, settings: Settings) -> dict[str, Any]:
    """Temperature and top_p go always, because servers have defaults of their own; the rest where it does something."""
    sampling = request.sampling
    fields: dict[str, Any] = {"temperature": sampling.temperature, "top_p": sampling.top_p}
    optional = {
        "presence_penalty": sampling.presence_penalty,
        "frequency_penalty": sampling.frequency_penalty,
        "max_tokens": sampling.max_tokens,
        "stop": list(sampling.stop),
        "logit_bias": {str(token): bias for token, bias in sampling.logit_bias.items()},
    }
    fields |= {name: value for name, value in optional.items() if value}
    if sampling.n > 1:
        fields["n"] = sampling.n
    if sampling.seed is not None:
        fields["seed"] = sampling.seed
    if sampling.echo:
        raise UnsupportedParameter(
            f"The model {settings.model} is served by another server, which is not asked to tell prompts again. "
            "Leave 'echo' out.",
            param="echo",
        )
    return fields | _logprobs_fields(request) | _extension_fields(sampling, settings)


def _logprobs_fields(request: GenerationRequest) -> dict[str, Any]:
    wanted = request.sampling.logprobs
    if wanted is None:
        return {}
    return (
        {"logprobs": True, "top_logprobs": wanted} if isinstance(request.prompt, ChatPrompt) else {"logprobs": wanted}
    )


def _extension_fields(sampling: Sampling, settings: Settings) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name in _EXTENSIONS:
        value = getattr(sampling, name)
        if name in settings.dialect.extensions:
            fields[name] = value
        elif value != getattr(_NEUTRAL, name):
            raise UnsupportedParameter(
                f"The model {settings.model} is served without {name}. Leave it out.", param=name
            )
    return fields


class _Delta(msgspec.Struct):
    content: str | None = None


class _Alternative(msgspec.Struct):
    token: str
    logprob: float
    bytes: list[int] | None = None

    def as_alternative(self) -> TokenAlternative:
        text = self.token.encode("utf-8", "surrogatepass") if self.bytes is None else bytes(b & 255 for b in self.bytes)
        return TokenAlternative(_NO_ID, text, self.logprob)


class _Token(_Alternative):
    top_logprobs: list[_Alternative] = []


class _Logprobs(msgspec.Struct):
    """Of chats `content`, of completions the three lists beside it."""

    content: list[_Token] | None = None
    tokens: list[str] = []
    token_logprobs: list[float | None] = []
    top_logprobs: list[dict[str, float] | None] | None = None

    def as_logprobs(self) -> tuple[TokenLogprob, ...]:
        if self.content is not None:
            return tuple(
                TokenLogprob(token.as_alternative(), tuple(top.as_alternative() for top in token.top_logprobs))
                for token in self.content
            )
        tops = self.top_logprobs or [None] * len(self.tokens)
        return tuple(
            TokenLogprob(
                _alternative(token, logprob or 0.0), tuple(_alternative(*top) for top in _likeliest_first(tops))
            )
            for token, logprob, tops in zip(self.tokens, self.token_logprobs, tops, strict=False)
        )


def _alternative(token: str, logprob: float) -> TokenAlternative:
    return _Alternative(token, logprob).as_alternative()


def _likeliest_first(tops: dict[str, float] | None) -> list[tuple[str, float]]:
    return sorted((tops or {}).items(), key=lambda top: -top[1])


class ChunkChoice(msgspec.Struct):
    """Some more of one choice."""

    index: int = 0
    delta: _Delta | None = None
    text: str | None = None
    logprobs: _Logprobs | None = None
    finish_reason: str | None = None

    @property
    def said(self) -> str:
        """The text, whichever endpoint it is from."""
        return (self.delta.content if self.delta else self.text) or ""

    @property
    def token_logprobs(self) -> tuple[TokenLogprob, ...]:
        """Empty where none were asked for."""
        return self.logprobs.as_logprobs() if self.logprobs else ()


class _CachedDetails(msgspec.Struct):
    cached_tokens: int | None = None


class Usage(msgspec.Struct):
    """What the server has counted."""

    prompt_tokens: int = 0
    completion_tokens: int | None = 0
    prompt_tokens_details: _CachedDetails | None = None

    @property
    def cached_tokens(self) -> int:
        """How much of the prompt was in its cache; 0 where it doesn't tell."""
        return (self.prompt_tokens_details and self.prompt_tokens_details.cached_tokens) or 0


class Chunk(msgspec.Struct):
    """One event of the stream."""

    choices: list[ChunkChoice] = []
    usage: Usage | None = None
    error: Any = None


class _ListedModel(msgspec.Struct):
    id: str
    max_model_len: int | None = None
    context_length: int | None = None

    @property
    def context_tokens(self) -> int:
        return self.max_model_len or self.context_length or 0


class ModelList(msgspec.Struct):
    """The answer of GET /models."""

    data: list[_ListedModel] = []

    def context_of(self, model: str) -> int | None:
        """The window of a model, 0 if it isn't told; None if there is no such model."""
        return next((listed.context_tokens for listed in self.data if listed.id == model), None)


class TokenCount(msgspec.Struct):
    """The answer of POST /tokenize."""

    count: int


def reason_for(finish_reason: str) -> FinishReason:
    """Anything but a full window or a failure is an end that the model, or a filter, has set."""
    match finish_reason:
        case "length":
            return FinishReason.LENGTH
        case "abort" | "error":
            return FinishReason.ERROR
        case _:
            return FinishReason.STOP
