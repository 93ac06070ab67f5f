"""The key/value cache in blocks: who holds which, and which prefixes are still there to be shared.

A block is known by the tokens in it and a digest of all before it. Full blocks with equal content and equal tokens
before are shared; of a block that begins alike and goes on otherwise, the beginning can be copied. Before the first
block stands the digest of a scope: what was sent in one scope is not to be found from another, nor to be guessed there.
A block that nobody holds keeps its content until it is needed; the longest unused goes first. Digests are
cryptographic: another's cache must not be reachable by a collision. This module must not know what a request is.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, insort
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import takewhile
from operator import eq

_NOT_FROM_CACHE = 2
"""So many tokens of a prompt are always calculated: the last must pass the graph to have a successor, and two come out
as they would in the whole prompt, to the last bit, while one alone does not."""
_GRAINS = 4
"""Beginnings of blocks are shared in quarters only: who could see whether one token more was known could find out
another's prompt by guessing it token by token."""


def scope_digest(scope: str) -> bytes:
    """Where the chains of a scope begin. Its length keeps it apart from all digests of blocks."""
    return blake2b(scope.encode(), digest_size=32).digest()


def chain_digest(before: bytes, tokens: Sequence[int]) -> bytes:
    """The digest of a block: of the digest of the block before it (the scope's for the first) and its own tokens."""
    return blake2b(before + array("q", tokens).tobytes(), digest_size=16).digest()


@dataclass(frozen=True, slots=True)
class Prefix:
    """A beginning of some tokens that is in the cache. Its blocks are not held yet."""

    blocks: list[int]
    digest: bytes
    """The last block's; the scope's for none."""
    source: int | None
    """A block whose first `copied` cells hold what comes after `blocks`; to be copied before anything is written."""
    copied: int


@dataclass(frozen=True, slots=True)
class _Content:
    before: bytes
    tokens: tuple[int, ...]


class BlockPool:
    """All blocks of one engine."""

    def __init__(self, blocks: int, block_size: int) -> None:
        self.size = block_size
        """Tokens in a block."""
        self.total = blocks
        self._grain = max(block_size // _GRAINS, 1)
        self._empty = list(range(blocks - 1, -1, -1))
        self._idle: OrderedDict[int, None] = OrderedDict()
        """Blocks that nobody holds but whose content is known, the longest unused first."""
        self._holders = [0] * blocks
        self._contents: dict[int, _Content] = {}
        self._block_of: dict[bytes, int] = {}
        """Full blocks by their digest."""
        self._after: dict[bytes, list[tuple[tuple[int, ...], int]]] = {}
        """What is known to come after the block with a digest: tokens and block, sorted."""

    @property
    def free(self) -> int:
        """Blocks that can be allocated now."""
        return len(self._empty) + len(self._idle)

    def can_allocate(self, count: int) -> bool:
        """Whether so many blocks are free."""
        return self.free >= count

    def allocate(self, count: int) -> list[int]:
        """Blocks of one's own, their content undefined; `can_allocate` must hold."""
        assert self.can_allocate(count)
        return [self._take_one() for _ in range(count)]

    def _take_one(self) -> int:
        if self._empty:
            block = self._empty.pop()
        else:
            block, _ = self._idle.popitem(last=False)
            self._forget(block)
        self._holders[block] = 1
        return block

    def find_prefix(self, tokens: Sequence[int], scope: bytes) -> Prefix:
        """The longest beginning of `tokens` that is known in a scope; not the last two, which are always calculated."""
        usable = tokens[: max(len(tokens) - _NOT_FROM_CACHE, 0)]
        found: list[int] = []
        last = scope
        for digest in self._digests(usable, scope):
            block = self._block_of.get(digest)
            if block is None:
                break
            found.append(block)
            last = digest
        start = len(found) * self.size
        source, alike = self._most_alike(last, tuple(usable[start : start + self.size]))
        copied = alike - alike % self._grain
        return Prefix(found, last, source if copied else None, copied)

    def _digests(self, tokens: Sequence[int], scope: bytes) -> Iterator[bytes]:
        digest = scope
        for end in range(self.size, len(tokens) + 1, self.size):
            digest = chain_digest(digest, tokens[end - self.size : end])
            yield digest

    def _most_alike(self, before: bytes, tokens: tuple[int, ...]) -> tuple[int | None, int]:
        """The block after `before` that shares the longest beginning with `tokens`, and how long that is.

        Among sorted tuples it lies next to where `tokens` would.
        """
        known = self._after.get(before, [])
        place = bisect_left(known, (tokens, -1))
        block, alike = None, 0
        for others, candidate in known[max(place - 1, 0) : place + 1]:
            if (common := _common(others, tokens)) > alike:
                block, alike = candidate, common
        return block, alike

    def hold(self, blocks: Sequence[int]) -> None:
        """Shares blocks that `find_prefix` found."""
        for block in blocks:
            self._idle.pop(block, None)
            self._holders[block] += 1

    def free_after_holding(self, blocks: Sequence[int]) -> int:
        """How many blocks would be free if these were held too."""
        return self.free - sum(block in self._idle for block in blocks)

    def release(self, blocks: Sequence[int]) -> None:
        """Gives blocks back; the ends of prefixes become unused before their beginnings."""
        for block in reversed(blocks):
            self._holders[block] -= 1
            assert self._holders[block] >= 0
            if self._holders[block] == 0:
                if block in self._contents:
                    self._idle[block] = None
                else:
                    self._empty.append(block)

    def publish(self, block: int, before: bytes, tokens: Sequence[int]) -> bytes:
        """Makes known that a held block begins with these tokens, after the one with the digest `before`.

        Called again when it holds more. Returns the digest if the block is full. Where as much is known already, that
        stays.
        """
        content = _Content(before, tuple(tokens))
        digest = chain_digest(before, tokens) if len(tokens) == self.size else b""
        self._forget(block)
        if not self._is_known(content):
            self._contents[block] = content
            insort(self._after.setdefault(before, []), (content.tokens, block))
            if digest:
                self._block_of[digest] = block
        return digest

    def _is_known(self, content: _Content) -> bool:
        _, alike = self._most_alike(content.before, content.tokens)
        return alike == len(content.tokens)

    def _forget(self, block: int) -> None:
        content = self._contents.pop(block, None)
        if content is None:
            return
        siblings = self._after[content.before]
        del siblings[bisect_left(siblings, (content.tokens, block))]
        if not siblings:
            del self._after[content.before]
        if len(content.tokens) == self.size:
            del self._block_of[chain_digest(content.before, content.tokens)]


def _common(one: tuple[int, ...], other: tuple[int, ...]) -> int:
    """How many tokens two begin with alike."""
    return sum(takewhile(bool, map(eq, one, other)))
