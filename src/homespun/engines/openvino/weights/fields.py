"""Named values from a model's files, looked up with the type they must have."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from homespun.core.errors import ModelUnreadable

T = TypeVar("T")


class Fields:
    """A mapping from outside. Raises `ModelUnreadable` for a value that is missing or of the wrong type.

    A default makes a field optional; null counts as missing.
    """

    def __init__(self, values: Mapping[str, Any], where: str) -> None:
        self._values = values
        self._where = where

    def has(self, name: str) -> bool:
        """Whether there is a value."""
        return self._values.get(name) is not None

    def integer(self, name: str, default: int | None = None) -> int:
        """A whole number."""
        return self._get(name, (int,), "a whole number", default)

    def number(self, name: str, default: float | None = None) -> float:
        """Any number, as a float."""
        value = self._get(name, (int, float), "a number", default)
        return float(value) if abs(value) < sys.float_info.max else math.inf

    def text(self, name: str, default: str | None = None) -> str:
        """A string."""
        return self._get(name, (str,), "text", default)

    def flag(self, name: str, default: bool | None = None) -> bool:  # noqa: FBT001
        """True or false."""
        return self._get(name, (bool,), "true or false", default)

    def items(self, name: str, of: type[T], default: Sequence[T] | None = None) -> tuple[T, ...]:
        """A list whose items all have one type."""
        found = self._get(name, (list, tuple), "a list", default)
        if not all(isinstance(item, of) for item in found):
            raise ModelUnreadable(f"{self._where} has a list {name} with items that aren't all {of.__name__}.")
        return tuple(found)

    def one_or_many(self, name: str) -> tuple[int, ...]:
        """A whole number or a list of them; empty where there is none."""
        if isinstance(self._values.get(name), int):
            return (self.integer(name),)
        return self.items(name, int, ())

    def within(self, name: str) -> Fields:
        """The mapping of that name; empty where there is none."""
        return Fields(self._get(name, (dict,), "an object", {}), f"{name} in {self._where}")

    def _get(self, name: str, kinds: tuple[type[T], ...], in_words: str, default: Any) -> T:
        value = self._values.get(name)
        value = default if value is None else value
        if value is None:
            raise ModelUnreadable(f"{self._where} lacks {name}. The file is incomplete; fetch it again.")
        if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
            raise ModelUnreadable(f"{self._where} has {name} = {str(value)[:60]!r}, which isn't {in_words}.")
        return value


def read_text(path: Path, *, most_bytes: int) -> str:
    """A UTF-8 file that must be there and no larger than that. Raises `ModelUnreadable`."""
    try:
        size = path.stat().st_size
        if size > most_bytes:
            raise ModelUnreadable(f"{path.name} has {size:,} bytes; at most {most_bytes:,} are read.")
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise ModelUnreadable(f"{path.name} can't be read: {error.strerror}. Fetch the model again.") from None
    except UnicodeDecodeError:
        raise ModelUnreadable(f"{path.name} isn't UTF-8 text: it is damaged.") from None


def parse_object(text: str | bytes, where: str) -> dict[str, Any]:
    """A JSON object. Raises `ModelUnreadable`."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise ModelUnreadable(f"{where} isn't valid JSON: it is damaged.") from None
    if not isinstance(found, dict):
        raise ModelUnreadable(f"{where} isn't a JSON object.")
    return found


def read_fields(path: Path) -> Fields:
    """A JSON file of a few pages."""
    return Fields(parse_object(read_text(path, most_bytes=4 << 20), path.name), path.name)
