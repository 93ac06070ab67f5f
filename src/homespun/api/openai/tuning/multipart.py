"""Reads a body of multipart/form-data (RFC 7578) as it comes, a piece at a time: no part of it is ever kept whole."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from homespun.core.errors import Invalid

_BOUNDARY = re.compile(r"^multipart/form-data\s*;.*?\bboundary=(?:\"([^\"]{1,70})\"|([^\s\";,]{1,70}))", re.I)
_PARAMETER = re.compile(r";\s*(name|filename)=(?:\"((?:[^\"\\]|\\.)*)\"|([^\s;]+))", re.I)
_LARGEST_HEAD = 8 * 1024
"""In bytes, of one part."""
_ESCAPES = {"%22": '"', "%0D": "\r", "%0A": "\n"}
"""What browsers and SDKs write for what a quoted name can't have."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part begins; what is in it follows."""

    name: str
    filename: str | None
    """None: it is a plain field."""


class _At(Enum):
    BOUNDARY = auto()
    HEAD = auto()
    CONTENT = auto()
    END = auto()


class Multipart:
    """Takes a body's pieces, however it was cut, and gives parts and what is in them."""

    def __init__(self, content_type: str) -> None:
        """Raises `Invalid` for another type of body."""
        match = _BOUNDARY.match(content_type)
        if match is None:
            raise Invalid("A file is uploaded as multipart/form-data, with the fields 'file' and 'purpose'.")
        self._delimiter = b"\r\n--" + (match[1] or match[2]).encode("latin-1")
        self._buffer = bytearray(b"\r\n")  # so that the first boundary is like all others
        self._at = _At.BOUNDARY

    @property
    def is_whole(self) -> bool:
        """The last boundary has come."""
        return self._at is _At.END

    def feed(self, piece: bytes) -> Iterator[Part | bytes]:
        """What the next piece of the body brings. Raises `Invalid` for what is malformed."""
        self._buffer += piece
        goes_on = True
        while goes_on:
            match self._at:
                case _At.BOUNDARY:
                    goes_on = self._pass_boundary()
                case _At.HEAD:
                    part = self._read_head()
                    goes_on = part is not None
                    if part:
                        yield part
                case _At.CONTENT:
                    content = self._read_content()
                    goes_on = self._at is not _At.CONTENT
                    if content:
                        yield content
                case _At.END:
                    self._buffer.clear()
                    goes_on = False

    def _pass_boundary(self) -> bool:
        """Behind the next boundary there is another part, or two dashes and the end. False: more has to come."""
        at = self._buffer.find(self._delimiter)
        behind = at + len(self._delimiter)
        if at < 0 or len(self._buffer) < behind + 2:
            return self._too_long()
        self._at = _At.END if self._buffer[behind : behind + 2] == b"--" else _At.HEAD
        del self._buffer[:behind]
        return True

    def _read_head(self) -> Part | None:
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            self._too_long()
            return None
        head = bytes(self._buffer[:end])
        del self._buffer[: end + 4]
        self._at = _At.CONTENT
        return _part(head)

    def _read_content(self) -> bytes:
        """All that is certainly no part of a boundary."""
        end = self._buffer.find(self._delimiter)
        if end >= 0:
            self._at = _At.BOUNDARY
        else:
            end = max(0, len(self._buffer) - len(self._delimiter) + 1)
        content = bytes(self._buffer[:end])
        del self._buffer[:end]
        return content

    def _too_long(self) -> bool:
        if len(self._buffer) > _LARGEST_HEAD:
            raise Invalid("The body isn't multipart/form-data: a boundary or the head of a part doesn't end.")
        return False


def _part(head: bytes) -> Part:
    for line in head.decode("utf-8", "replace").split("\r\n"):
        name, _, value = line.partition(":")
        if name.strip().lower() == "content-disposition":
            found = {match[1].lower(): _unquoted(match) for match in _PARAMETER.finditer(value)}
            if "name" in found:
                return Part(found["name"], found.get("filename"))
    raise Invalid("The body isn't multipart/form-data: a part has no name.")


def _unquoted(parameter: re.Match[str]) -> str:
    if parameter[2] is None:
        return parameter[3]
    value = re.sub(r"\\(.)", r"\1", parameter[2])
    return re.sub("|".join(_ESCAPES), lambda found: _ESCAPES[found[0].upper()], value, flags=re.I)
