"""Texts with places in them, `{{ item.answer }}` and `{{ sample.output_text }}`, that are filled in for each answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Self, TypeAlias

import msgspec

ItemPath: TypeAlias = tuple[str, ...]
"""Names, each within what the one before names: `item.person.name` is ("person", "name")."""

_PLACE = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_NAME = re.compile(r"[^\s.{}\[\]]+(?:\.[^\s.{}\[\]]+)*")
_OUTPUT = "sample.output_text"


class _Output:
    """The place of the answer."""


_Piece: TypeAlias = str | ItemPath | _Output


@dataclass(frozen=True, slots=True)
class Template:
    """A text, taken apart."""

    pieces: tuple[_Piece, ...]

    @classmethod
    @lru_cache(maxsize=256)
    def of(cls, text: str) -> Self:
        """Raises `ValueError` for a place that nothing can be put into."""
        parts = _PLACE.split(text)  # text and places take turns
        return cls(tuple(_place(part.strip()) if at % 2 else part for at, part in enumerate(parts) if at % 2 or part))

    @property
    def paths(self) -> tuple[ItemPath, ...]:
        """What it needs of an item."""
        return tuple(piece for piece in self.pieces if isinstance(piece, tuple))

    def filled(self, said: str, item: Mapping[str, Any]) -> str:
        """The text for an answer to an item. Raises `KeyError` where the item lacks something."""
        return "".join(_text(piece, said, item) for piece in self.pieces)


def text_at(item: Mapping[str, Any], path: ItemPath) -> str:
    """What an item has there: text as it is, anything else as JSON. Raises `KeyError` where it is not, or null."""
    found: Any = item
    for name in path:
        found = found.get(name) if isinstance(found, Mapping) else None
    if found is None:
        raise KeyError(".".join(path))
    return found if isinstance(found, str) else msgspec.json.encode(found).decode()


def _place(name: str) -> ItemPath | _Output:
    namespace, _, path = name.partition(".")
    if name == _OUTPUT:
        return _Output()
    if namespace != "item" or not _NAME.fullmatch(path):
        raise ValueError(
            f"{{{{ {name[:100]} }}}} is nothing here: there are {{{{ item.<field> }}}} and {{{{ {_OUTPUT} }}}}"
        )
    return tuple(path.split("."))


def _text(piece: _Piece, said: str, item: Mapping[str, Any]) -> str:
    match piece:
        case str():
            return piece
        case tuple():
            return text_at(item, piece)
        case _:
            return said
