"""What somebody asks for when pulling: a name of the catalogue or a source, made definite."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass

from homespun.core.errors import Invalid

from .catalogue import CATALOGUE, KnownFile
from .source import Source, describe, parse_source, suggested_name

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,95}")


@dataclass(frozen=True, slots=True)
class Order:
    """One model to install."""

    name: str
    """What it will be called here."""
    sources: tuple[Source, ...]
    """The next one is tried when one can't be reached."""
    known_files: tuple[KnownFile, ...] = ()

    def comes_from(self, source: str) -> bool:
        """Whether a model installed from `source` is the one that is ordered."""
        return source in map(describe, self.sources)


def order_for(spec: str, name: str | None = None) -> Order:
    """Reads a spec such as `smollm2-135m-instruct` or `hf:ORG/NAME`. Raises `Invalid`."""
    if entry := CATALOGUE.get(spec):
        return Order(_checked(name or entry.name), tuple(map(parse_source, entry.sources)), entry.files)
    if ":" not in spec:
        raise Invalid(_unknown_name(spec))
    source = parse_source(spec)
    return Order(_checked(name or suggested_name(source)), (source,))


def is_name(text: str) -> bool:
    """Whether a model may be called so: small letters, digits, dots, hyphens and underscores; no path."""
    return _NAME.fullmatch(text) is not None


def _checked(name: str) -> str:
    if not is_name(name):
        raise Invalid(f"{name[:100]!r} can't be a model's name: small letters, digits, dots and hyphens can.")
    return name


def _unknown_name(spec: str) -> str:
    close = difflib.get_close_matches(spec.lower(), CATALOGUE, n=3)
    meant = f"Did you mean {' or '.join(close)}?" if close else f"The catalogue has {', '.join(CATALOGUE)}."
    return f"{spec[:100]!r} isn't in the catalogue. {meant} Any other model is named by its source: hf:ORG/NAME."
