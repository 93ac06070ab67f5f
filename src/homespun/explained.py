"""Every setting with its explanation, its value and where that comes from: for the console. Secrets stay here."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Mapping
from dataclasses import fields
from enum import Enum
from textwrap import dedent
from typing import Any

from homespun.api import Setting
from homespun.engines.upstream import Dialect
from homespun.settings import DIALECTS, Knob, Settings, knobs, sources

_MASK = "********"
_PASSWORD_IN_URL = re.compile(r"(?<=://)([^/@\s]*:)?[^/@\s]+(?=@)")


def explained(settings: Settings, environment: Mapping[str, str]) -> tuple[Setting, ...]:
    """All settings there are. Raises `Invalid` where the file can't be read any more."""
    origins, standard = sources(environment), Settings()
    owners = {knob.section: type(_owner(knob, standard)) for knob in knobs()}
    words = {section: _explanations(owner) for section, owner in owners.items()}
    return tuple(
        _setting(knob, settings, standard, source=origins.get(knob.key, ""), explanation=words[knob.section][knob.name])
        for knob in knobs()
    )


def _setting(knob: Knob, settings: Settings, standard: Settings, *, source: str, explanation: str) -> Setting:
    value, default = _written(_value(knob, settings)), _written(_value(knob, standard))
    is_secret = _is_secret(knob)
    # What neither file nor environment has said, and yet isn't the default, was an option of the command.
    source = source or ("default" if value == default else "option")
    return Setting(
        key=knob.key,
        variable=knob.variable,
        explanation=explanation,
        value=_MASK if is_secret and value else value,
        default="" if is_secret else default,
        source=source,
        is_secret=is_secret,
    )


def _owner(knob: Knob, settings: Settings) -> Any:
    return getattr(settings, knob.section) if knob.section else settings


def _value(knob: Knob, settings: Settings) -> object:
    return getattr(_owner(knob, settings), knob.name)


def _is_secret(knob: Knob) -> bool:
    """What isn't for a dataclass's `repr` is for nobody's eyes."""
    return not next(field.repr for field in fields(_owner(knob, Settings())) if field.name == knob.name)


def _written(value: object) -> str:
    """As it would be written in the environment; a password in an address is masked."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case Enum():
            return str(value.value)
        case Dialect():
            return next((name for name, dialect in DIALECTS.items() if dialect == value), "")
        case tuple() | list():
            return ",".join(map(_written, value))
    return _PASSWORD_IN_URL.sub(_MASK, str(value))


def _explanations(owner: type) -> dict[str, str]:
    """The docstrings below the fields, which Python itself forgets."""
    body = ast.parse(dedent(inspect.getsource(owner))).body[0]
    assert isinstance(body, ast.ClassDef)
    pairs = zip(body.body, body.body[1:], strict=False)
    return {
        field.target.id: inspect.cleandoc(words).replace("\n", " ")
        for field, below in pairs
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
        if (words := _string(below))
    }


def _string(node: ast.stmt) -> str:
    is_string = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return str(node.value.value) if is_string else ""  # type: ignore[attr-defined]
