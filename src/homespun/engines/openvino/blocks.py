"""The key/value cache in blocks: who holds which, and which prefixes are still there to be shared.

A full block is known by a digest of its tokens and of all before it, so that equal prefixes share equal blocks, whoever
sent them. A block that nobody holds keeps its content until it is needed; the longest unused goes first. Digests are
cryptographic: another's cache must not be reachable by a collision. This module must not know what a request is.
"""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from hashlib import blake2b


def chain_digest(before: bytes, tokens: Sequence[int]) -> bytes:
    """The digest of a block: of the digest of the block before it (`b""` for the first) and its own tokens."""
    return blake2b(before + array("q", tokens).tobytes(), digest_size=16).digest()


class BlockPool:
    """All blocks of one engine."""

    def __init__(self, blocks: int, block_size: int) -> None:
        self.size = block_size
        """Tokens in a block."""
        self.total = blocks
        self._empty = list(range(blocks - 1, -1, -1))
        self._idle: OrderedDict[int, None] = OrderedDict()
        """Blocks that nobody holds but that have a digest, the longest unused first."""
        self._holders = [0] * blocks
        self._digest_of: dict[int, bytes] = {}
        self._block_of: dict[bytes, int] = {}

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
            del self._block_of[self._digest_of.pop(block)]
        self._holders[block] = 1
        return block

    def find_prefix(self, tokens: Sequence[int]) -> tuple[list[int], bytes]:
        """The blocks that hold the longest known beginning of `tokens`, and the last one's digest; not yet held.

        At least one token is always left over, because the last one must pass the graph to have a successor.
        """
        found: list[int] = []
        last = b""
        for digest in self._digests(tokens[: len(tokens) - 1]):
            block = self._block_of.get(digest)
            if block is None:
                break
            found.append(block)
            last = digest
        return found, last

    def _digests(self, tokens: Sequence[int]) -> Iterator[bytes]:
        digest = b""
        for end in range(self.size, len(tokens) + 1, self.size):
            digest = chain_digest(digest, tokens[end - self.size : end])
            yield digest

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
                if block in self._digest_of:
                    self._idle[block] = None
                else:
                    self._empty.append(block)

    def publish(self, block: int, digest: bytes) -> None:
        """Makes a full block known as the content with this digest. If another is known as such already, it stays."""
        if digest not in self._block_of and block not in self._digest_of:
            self._block_of[digest] = block
            self._digest_of[block] = digest
