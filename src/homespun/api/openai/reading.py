"""From a request's shape to what the ring takes, with the checks that need more than one field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import msgspec

from homespun.api.settings import Settings
from homespun.core.errors import Invalid, UnsupportedParameter
from homespun.core.incoming import Door, Incoming, Origin
from homespun.core.messages import ChatPrompt, Message, Prompt, Role, TextPrompt, TokenPrompt
from homespun.core.sampling import Sampling
from homespun.store import storable_text

from . import parameters
from .decoding import decode
from .wire import ChatMessage, ChatRequest, CompletionRequest, ContentPart, SamplingParameters

_ROLES = {"system": Role.SYSTEM, "developer": Role.SYSTEM, "user": Role.USER, "assistant": Role.ASSISTANT}
_WITHOUT_TEXT = ("name", "tool_calls", "tool_call_id", "function_call", "audio", "refusal", "annotations")
_COMPLETION_TOKENS = 16
"""OpenAI's default length of a completion."""
_SMALLEST_TOP_P = 1e-9
"""Stands for 0, which OpenAI allows: only the likeliest token."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that has been read: what goes round the ring, and how the client wants to hear of it."""

    model: str
    incoming: tuple[Incoming, ...]
    """One for each prompt."""
    stream: bool
    include_usage: bool
    """A last chunk of the stream tells the usage."""

    def with_key(self, key: str | None) -> Asked:
        """The same with an idempotency key; the prompts of a request get one each."""
        if key is None:
            return self
        keys = (f"{key}#{i}" if i else key for i in range(len(self.incoming)))
        named = tuple(replace(one, idempotency_key=name) for one, name in zip(self.incoming, keys, strict=False))
        return replace(self, incoming=named)

    def sent_from(self, origin: Origin) -> Asked:
        """The same with where it comes from."""
        return replace(self, incoming=tuple(replace(one, origin=origin) for one in self.incoming))

    @property
    def is_idempotent(self) -> bool:
        """It may be sent again."""
        return self.incoming[0].idempotency_key is not None

    @property
    def choices(self) -> int:
        """How many choices each prompt gets."""
        return self.incoming[0].sampling.n


def chat(body: bytes, settings: Settings) -> Asked:
    """POST /v1/chat/completions. Raises `Invalid` and `UnsupportedParameter`, naming the field."""
    parameters.refuse_unsupported(
        decode(body, dict[str, msgspec.Raw]), honoured=parameters.CHAT_HONOURED, only_as=parameters.CHAT_ONLY_AS
    )
    request = decode(body, ChatRequest)
    if len(request.messages) > settings.max_messages:
        raise Invalid(f"There are more than {settings.max_messages} messages. Send fewer.", param="messages")
    messages = tuple(_message(message, f"messages[{i}]") for i, message in enumerate(request.messages))
    _check_length(sum(len(message.content) for message in messages), settings, "messages")
    sampling = _sampling(request, settings, max_tokens=_chat_tokens(request), logprobs=_chat_logprobs(request))
    return _asked(request, [ChatPrompt(messages)], sampling)


def completion(body: bytes, settings: Settings) -> Asked:
    """POST /v1/completions. Raises `Invalid` and `UnsupportedParameter`, naming the field."""
    parameters.refuse_unsupported(
        decode(body, dict[str, msgspec.Raw]),
        honoured=parameters.COMPLETIONS_HONOURED,
        only_as=parameters.COMPLETIONS_ONLY_AS,
    )
    request = decode(body, CompletionRequest)
    prompts = _prompts(request.prompt)
    if len(prompts) > settings.max_choices:
        raise Invalid(f"There are more than {settings.max_choices} prompts. Send fewer.", param="prompt")
    _check_length(sum(_length(prompt) for prompt in prompts), settings, "prompt")
    _check_echo(request)
    max_tokens = _COMPLETION_TOKENS if request.max_tokens is None else request.max_tokens
    sampling = _sampling(request, settings, max_tokens=max_tokens, logprobs=request.logprobs, echo=bool(request.echo))
    return _asked(request, prompts, sampling)


def _check_echo(request: CompletionRequest) -> None:
    scores_prompt = request.echo and request.logprobs is not None
    if request.max_tokens == 0 and not scores_prompt:
        raise Invalid(
            "With 'max_tokens' 0 there is no answer. Ask for the prompt's log-probabilities, with echo=true and "
            "'logprobs', or for a token at least.",
            param="max_tokens",
        )
    if scores_prompt and (request.n or 1) > 1:
        raise Invalid("With echo=true and 'logprobs' there is one choice for a prompt. Leave 'n' out.", param="n")


def _asked(request: SamplingParameters, prompts: Sequence[Prompt], sampling: Sampling) -> Asked:
    options = request.stream_options
    if options and not request.stream:
        raise Invalid("'stream_options' is only for streams. Send stream=true with it.", param="stream_options")
    if options and options.include_obfuscation:
        raise UnsupportedParameter(
            "Streams are not padded against eavesdroppers here.", param="stream_options.include_obfuscation"
        )
    return Asked(
        model=request.model,
        incoming=tuple(
            Incoming(Door.API, request.model, prompt, sampling, is_streamed=bool(request.stream), is_first=i == 0)
            for i, prompt in enumerate(prompts)
        ),
        stream=bool(request.stream),
        include_usage=bool(options and options.include_usage),
    )


def _message(message: ChatMessage, path: str) -> Message:
    role = _ROLES.get(message.role)
    if role is None:
        roles = ", ".join(_ROLES)
        raise UnsupportedParameter(
            f"The role {message.role[:100]!r} is not supported here. Known are {roles}.", param=f"{path}.role"
        )
    for field in _WITHOUT_TEXT:
        value = getattr(message, field)
        if value and value != b"null":
            raise UnsupportedParameter(
                f"{field!r} is not supported in a message. Leave it out.", param=f"{path}.{field}"
            )
    return Message(role, _content(message.content, f"{path}.content"))


def _content(content: str | list[ContentPart] | None, path: str) -> str:
    if content is None:
        raise Invalid(f"{path!r} is missing. Every message needs a text.", param=path)
    if isinstance(content, str):
        return storable_text(content, path)
    return "".join(_part(part, f"{path}[{i}]") for i, part in enumerate(content))


def _part(part: ContentPart, path: str) -> str:
    if part.type != "text":
        raise UnsupportedParameter(
            f"Content of type {part.type[:100]!r} is not supported: the model reads text only.", param=f"{path}.type"
        )
    if part.text is None:
        raise Invalid(f"The required parameter '{path}.text' is missing.", param=f"{path}.text")
    return storable_text(part.text, f"{path}.text")


def _prompts(prompt: str | list[str | int | list[int]]) -> list[Prompt]:
    """A text, several, or the token ids of one or several."""
    if isinstance(prompt, str):
        return [TextPrompt(storable_text(prompt, "prompt"))]
    token_ids = [item for item in prompt if isinstance(item, int)]
    if len(token_ids) == len(prompt):
        return [TokenPrompt(tuple(token_ids))]
    if token_ids:
        raise Invalid("'prompt' mixes texts and token ids. Send one kind.", param="prompt")
    return [_one_prompt(item, f"prompt[{i}]") for i, item in enumerate(prompt) if not isinstance(item, int)]


def _one_prompt(item: str | list[int], path: str) -> Prompt:
    return TextPrompt(storable_text(item, path)) if isinstance(item, str) else TokenPrompt(tuple(item))


def _length(prompt: Prompt) -> int:
    match prompt:
        case TextPrompt(text):
            return len(text)
        case TokenPrompt(token_ids):
            return len(token_ids)
        case ChatPrompt(messages):
            return sum(len(message.content) for message in messages)


def _check_length(characters: int, settings: Settings, param: str) -> None:
    if characters > settings.max_prompt_characters:
        raise Invalid(
            f"The prompt has {characters} characters; this server reads at most {settings.max_prompt_characters}.",
            param=param,
        )


def _chat_tokens(request: ChatRequest) -> int | None:
    if request.max_tokens and request.max_completion_tokens:
        raise Invalid("Send 'max_completion_tokens' or 'max_tokens', not both.", param="max_tokens")
    return request.max_completion_tokens or request.max_tokens


def _chat_logprobs(request: ChatRequest) -> int | None:
    if request.top_logprobs and not request.logprobs:
        raise Invalid("'top_logprobs' needs logprobs=true.", param="top_logprobs")
    return (request.top_logprobs or 0) if request.logprobs else None


def _sampling(
    request: SamplingParameters,
    settings: Settings,
    *,
    max_tokens: int | None,
    logprobs: int | None,
    echo: bool = False,
) -> Sampling:
    """The parameters with OpenAI's defaults."""
    n = request.n or 1
    if n > settings.max_choices:
        raise Invalid(f"'n' is at most {settings.max_choices} on this server.", param="n")
    return Sampling(
        temperature=_or(request.temperature, 1.0),
        top_p=max(_or(request.top_p, 1.0), _SMALLEST_TOP_P),
        top_k=max(request.top_k or 0, 0),
        min_p=_or(request.min_p, 0.0),
        presence_penalty=_or(request.presence_penalty, 0.0),
        frequency_penalty=_or(request.frequency_penalty, 0.0),
        repetition_penalty=_or(request.repetition_penalty, 1.0),
        seed=request.seed,
        max_tokens=max_tokens,
        stop=_stop(request.stop),
        stop_token_ids=tuple(request.stop_token_ids or ()),
        logprobs=logprobs,
        logit_bias=_logit_bias(request.logit_bias or {}),
        n=n,
        echo=echo,
    )


def _or(value: float | None, default: float) -> float:
    return default if value is None else value


def _stop(stop: str | list[str] | None) -> tuple[str, ...]:
    strings = (stop,) if isinstance(stop, str) else tuple(stop or ())
    return tuple(storable_text(string, "stop") for string in strings)


def _logit_bias(bias: dict[str, float]) -> dict[int, float]:
    by_token = {}
    for key, value in bias.items():
        if not (key.isascii() and key.isdecimal() and len(key) < 10):
            raise Invalid(f"'logit_bias' has the key {key[:100]!r}, which is no token id.", param="logit_bias")
        by_token[int(key)] = value
    return by_token
