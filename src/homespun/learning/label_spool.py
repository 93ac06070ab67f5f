"""Labels on their way from the server to the process that makes a snapshot of them: a file of JSON lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import BinaryIO

import msgspec

from homespun.core.errors import Invalid

from .curation import Label

_decoder: msgspec.json.Decoder[Label] = msgspec.json.Decoder(Label)


def opened(path: Path) -> AbstractContextManager[BinaryIO]:
    """A new spool, for writing."""
    return path.open("xb")


def write_labels(file: BinaryIO, labels: Iterable[Label]) -> None:
    """A line each. Raises `OSError`."""
    for label in labels:
        file.write(msgspec.json.encode(label) + b"\n")


def read_labels(path: Path) -> Iterator[Label]:
    """What was written. Raises `Invalid`, naming the line, for what is no label."""
    with path.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                yield _label(line, number, path)


def _label(line: bytes, number: int, path: Path) -> Label:
    try:
        label = _decoder.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Invalid(f"Line {number} of {path.name} is no label: {error}") from error
    if not label.messages:
        raise Invalid(f"Line {number} of {path.name} is no label: it has no messages.")
    return label
