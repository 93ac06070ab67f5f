"""From the bytes of a body to a request's shape, or to an error that names the field at fault."""

from __future__ import annotations

import re
from typing import TypeVar

import msgspec

from homespun.core.errors import Invalid, UnsupportedParameter

S = TypeVar("S")

_AT = re.compile(r" - at (?:`key` in )?`\$\.?(?P<path>[^`]*)`$")
_UNKNOWN = re.compile(r"^Object contains unknown field `(?P<field>.*)`$", re.DOTALL)
_MISSING = re.compile(r"^Object missing required field `(?P<field>.*)`$")
_BYTE = re.compile(r"\(byte (\d+)\)$")
_LAST_KEY = re.compile(rb'.*"([A-Za-z_]{1,64})"\s*:', re.DOTALL)
_LONGEST_NAME = 100


def decode(body: bytes, shape: type[S]) -> S:
    """The body in this shape. Raises `Invalid` and `UnsupportedParameter` with the field's path as `param`."""
    try:
        return msgspec.json.decode(body, type=shape)
    except msgspec.ValidationError as error:
        raise _misshapen(str(error)) from None
    except msgspec.DecodeError as error:
        raise _malformed(body, str(error)) from None
    except UnicodeDecodeError as error:
        raise Invalid(f"The body is not valid UTF-8: {error.reason}. Send JSON encoded as UTF-8.") from None
    except RecursionError:
        raise Invalid("The body is nested too deeply. Send the shape that docs/reference/api.md shows.") from None


def _misshapen(problem: str) -> Invalid:
    """The JSON is sound, a value in it is not."""
    at = _AT.search(problem)
    path = at["path"] if at else ""
    what = problem[: at.start()] if at else problem
    if unknown := _UNKNOWN.match(what):
        name = _below(path, unknown["field"][:_LONGEST_NAME])
        return UnsupportedParameter(f"There is no parameter {name!r} here. Leave it out.", param=name)
    if missing := _MISSING.match(what):
        name = _below(path, missing["field"])
        return Invalid(f"The required parameter {name!r} is missing.", param=name)
    what = what.replace("`", "")
    return Invalid(
        f"Invalid value for {path!r}: {what[:1].lower() + what[1:]}." if path else f"{what}.", param=path or None
    )


def _below(path: str, field: str) -> str:
    return f"{path}.{field}" if path else field


def _malformed(body: bytes, problem: str) -> Invalid:
    """It isn't JSON at all. The field is the last one that begins before the place where reading had to stop."""
    byte = _BYTE.search(problem)
    position = int(byte[1]) if byte else len(body)
    key = _LAST_KEY.match(body[max(0, position - 4096) : position])
    param = key[1].decode() if key else None
    near = f", near {param!r}" if param else ""
    return Invalid(f"The body is not valid JSON{near}: {problem[:1].lower() + problem[1:]}.", param=param)
