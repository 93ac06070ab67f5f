"""What a backup says of itself; the last thing in the archive, so that a truncated one has none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import msgspec

from homespun.core.errors import Invalid

from .rows import Kind

FORMAT = 1


@dataclass(frozen=True, slots=True)
class SavedTable:
    """A table's columns, in the order in which rows have them, and how many rows there are."""

    columns: tuple[tuple[str, Kind], ...]
    rows: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """Where the backup comes from and what has to be in it."""

    format: int
    version: str
    """Of the Homespun that made it."""
    revision: str
    """The step of the tables."""
    database: str
    """Product and version that the rows came from."""
    made_at: datetime
    tables: Mapping[str, SavedTable]
    sha256: Mapping[str, str]
    """Of each of the archive's members, by name."""

    @property
    def rows(self) -> int:
        """Of all tables together."""
        return sum(table.rows for table in self.tables.values())


def encoded(manifest: Manifest) -> bytes:
    """As JSON."""
    return msgspec.json.format(msgspec.json.encode(manifest))


def decoded(data: bytes) -> Manifest:
    """From JSON. Raises `Invalid` for what isn't a manifest that we know."""
    try:
        manifest = msgspec.json.decode(data, type=Manifest)
    except msgspec.DecodeError as error:
        raise Invalid(f"The backup's manifest can't be read: {error}.") from None
    if manifest.format != FORMAT:
        raise Invalid(f"The backup has format {manifest.format}; this Homespun reads {FORMAT}. Install a newer one.")
    return manifest
