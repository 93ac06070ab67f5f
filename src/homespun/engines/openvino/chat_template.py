"""A conversation to the segments of a prompt: text, which stays text, and special tokens, which only a template sets.

A template is a Jinja program that came with the model. It is run in a sandbox, and before that every special token in
its literals is replaced by a stand-in: a lone surrogate, which no valid text contains. So a message that holds
`<|im_end|>` needs neither escaping nor changing: after rendering, a surrogate is a special token and all else is text,
as with the placeholders of a database query. This module must not know how text is encoded.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, NoReturn

from jinja2 import TemplateError, nodes
from jinja2.ext import Extension, loopcontrols
from jinja2.parser import Parser
from jinja2.sandbox import ImmutableSandboxedEnvironment

from homespun.core.errors import Invalid, ModelUnreadable
from homespun.core.messages import Message, Role

Segment = str | int
"""Plain text, or the id of a special token."""

_MAX_TEMPLATE = 200_000
"""Characters; the longest in use have some 20,000."""
_SPARE_OUTPUT = 1_000_000
"""Characters that a template may write beside twice the conversation itself."""
_FIRST_STAND_IN, _STAND_INS = 0xD800, 2_048
"""The surrogates: half-characters of UTF-16, no characters of their own."""
_STAND_IN = re.compile("([\ud800-\udfff])")
_FAILURES = (TemplateError, ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What an expression in a template can raise."""
_SAMPLE = (Message(Role.USER, "Hello."), Message(Role.ASSISTANT, "Hello!"), Message(Role.USER, "Well?"))


def special_token_pattern(texts: Sequence[str]) -> re.Pattern[str]:
    """Finds the special tokens of that text, the longest first; as one group, so that `split` keeps them."""
    return re.compile("(" + "|".join(map(re.escape, sorted(texts, key=len, reverse=True))) + ")" if texts else "((?!))")


class ChatTemplate:
    """A compiled template. Raises `ModelUnreadable` where it can't be compiled, or fails on a plain conversation.

    `special_ids`: from the text of each special token to its id. `names`: from what templates call some of them
    (bos_token) to their text.
    """

    def __init__(
        self,
        source: str,
        special_ids: Mapping[str, int],
        names: Mapping[str, str],
        *,
        now: Callable[[], datetime] = datetime.now,
    ) -> None:
        if len(source) > _MAX_TEMPLATE:
            raise ModelUnreadable(
                f"The model's chat template has {len(source):,} characters; {_MAX_TEMPLATE:,} is most."
            )
        self._special_ids = special_ids
        self._special = special_token_pattern(tuple(special_ids))
        self._stand_ins: dict[str, str] = {}
        environment = _environment(now)
        try:
            program = environment.parse(source)
            self._protect(program)
            self._template = environment.from_string(program)
        except (TemplateError, RecursionError) as error:
            raise ModelUnreadable(f"The model's chat template isn't valid: {error}") from error
        self._names = {name: self._with_stand_ins(text) for name, text in names.items()}
        self._ids = {stand_in: special_ids[text] for text, stand_in in self._stand_ins.items()}
        self._try_out()

    def render(self, messages: Sequence[Message]) -> list[Segment]:
        """The prompt after which the assistant speaks. The messages' text must be valid Unicode, without surrogates.

        Raises `Invalid`, with the template's own words, where it refuses the conversation.
        """
        text = self._render(messages)
        return [self._ids.get(part, part) for part in _STAND_IN.split(text) if part]

    def _protect(self, program: nodes.Template) -> None:
        """Puts stand-ins for the special tokens in the program's literals, before it is compiled."""
        for data in program.find_all(nodes.TemplateData):
            data.data = self._with_stand_ins(data.data)
        for constant in program.find_all(nodes.Const):
            if isinstance(constant.value, str):
                constant.value = self._with_stand_ins(constant.value)

    def _with_stand_ins(self, literal: str) -> str:
        return self._special.sub(lambda found: self._stand_in(found.group()), _STAND_IN.sub("\ufffd", literal))

    def _stand_in(self, special_token: str) -> str:
        if len(self._stand_ins) == _STAND_INS:
            raise ModelUnreadable(f"The model's chat template uses more than {_STAND_INS:,} special tokens.")
        return self._stand_ins.setdefault(special_token, chr(_FIRST_STAND_IN + len(self._stand_ins)))

    def _render(self, messages: Sequence[Message]) -> str:
        most = 2 * sum(len(message.content) for message in messages) + _SPARE_OUTPUT
        conversation = [{"role": message.role.value, "content": message.content} for message in messages]
        pieces, written = [], 0
        try:
            for piece in self._template.generate(
                messages=conversation, add_generation_prompt=True, tools=None, documents=None, **self._names
            ):
                pieces.append(piece)
                written += len(piece)
                if written > most:
                    raise ModelUnreadable("The model's chat template writes far more than the conversation holds.")
        except _Refusal as refusal:
            raise Invalid(f"The model doesn't take this conversation: {refusal}", param="messages") from None
        except _FAILURES as error:
            raise ModelUnreadable(f"The model's chat template fails: {type(error).__name__}: {error}") from error
        return "".join(pieces)

    def _try_out(self) -> None:
        """A special token that the template makes from pieces would be taken for text, and mislead the model."""
        for messages in (_SAMPLE[:1], _SAMPLE, (Message(Role.SYSTEM, "Be brief."), *_SAMPLE)):
            try:
                text = self._render(messages)
            except Invalid:
                continue
            if found := self._special.search(text):
                raise ModelUnreadable(
                    f"The model's chat template makes the special token {found.group()} from pieces, "
                    "which isn't supported."
                )


class _Refusal(TemplateError):
    """The template itself says no, by calling `raise_exception`."""


class _GenerationTag(Extension):
    """`{% generation %}...{% endgeneration %}` marks what a model is trained on; here it is just its content."""

    tags = {"generation"}  # noqa: RUF012

    def parse(self, parser: Parser) -> list[nodes.Node]:
        next(parser.stream)
        return parser.parse_statements(("name:endgeneration",), drop_needle=True)


def _environment(now: Callable[[], datetime]) -> ImmutableSandboxedEnvironment:
    """What templates are written for: the settings, filters and functions that transformers gives them."""
    environment = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[_GenerationTag, loopcontrols]
    )
    environment.filters["tojson"] = _tojson
    environment.globals["raise_exception"] = _refuse
    environment.globals["strftime_now"] = lambda form: now().strftime(form)
    return environment


def _refuse(message: str) -> NoReturn:
    raise _Refusal(message)


def _tojson(value: Any, **how: Any) -> str:
    """Plain JSON, where Jinja's own filter would escape it for HTML."""
    return json.dumps(value, **{"ensure_ascii": False} | how)
