from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homespun.engines.openvino.blocks import BlockPool, scope_digest

SIZE = 4
OURS, THEIRS = scope_digest("person_a"), scope_digest("person_b")


def publish_prompt(pool: BlockPool, tokens: list[int]) -> list[int]:
    """Takes blocks for the whole prompt and makes all of them known."""
    blocks = pool.allocate(-(-len(tokens) // SIZE))
    digest = OURS
    for place, block in enumerate(blocks):
        digest = pool.publish(block, digest, tokens[place * SIZE : (place + 1) * SIZE])
    return blocks


def full_blocks(pool: BlockPool, tokens: list[int], scope: bytes = OURS) -> list[int]:
    """The blocks that hold these tokens already; two more, which are always calculated, follow them."""
    return pool.find_prefix([*tokens, 1000, 1001], scope).blocks


def copied(pool: BlockPool, tokens: list[int], scope: bytes = OURS) -> tuple[int | None, int]:
    """From where the rest can be copied, and how many tokens."""
    prefix = pool.find_prefix([*tokens, 1000, 1001], scope)
    return prefix.source, prefix.copied


def test_finds_the_longest_common_beginning_in_whole_blocks() -> None:
    pool = BlockPool(10, SIZE)
    blocks = publish_prompt(pool, [1, 2, 3, 4, 5, 6, 7, 8, 9])
    assert full_blocks(pool, [1, 2, 3, 4, 5, 6, 7, 8, 100]) == blocks[:2]
    assert full_blocks(pool, [1, 2, 3, 4, 50, 6, 7, 8, 9]) == blocks[:1]
    assert full_blocks(pool, [9, 2, 3, 4, 5, 6, 7, 8, 9]) == []


def test_what_was_sent_in_one_scope_is_not_to_be_found_from_another() -> None:
    pool = BlockPool(10, SIZE)
    tokens = [1, 2, 3, 4, 5, 6, 7, 8, 9]
    publish_prompt(pool, tokens)
    assert full_blocks(pool, tokens, THEIRS) == full_blocks(pool, tokens, scope_digest("")) == []
    assert copied(pool, tokens, THEIRS) == (None, 0)


def test_the_same_tokens_after_another_beginning_are_another_block() -> None:
    pool = BlockPool(10, SIZE)
    publish_prompt(pool, [1, 1, 1, 1, 5, 6, 7, 8])
    assert full_blocks(pool, [5, 6, 7, 8, 9]) == []


def test_leaves_two_tokens_to_be_calculated() -> None:
    pool = BlockPool(10, SIZE)
    blocks = publish_prompt(pool, [1, 2, 3, 4, 5, 6, 7, 8])
    prefix = pool.find_prefix([1, 2, 3, 4, 5, 6, 7, 8], OURS)
    assert (prefix.blocks, prefix.source, prefix.copied) == (blocks[:1], blocks[1], 2)
    assert pool.find_prefix([1], OURS).copied == pool.find_prefix([], OURS).copied == 0


def test_the_longest_common_beginning_of_a_block_can_be_copied() -> None:
    pool = BlockPool(10, SIZE)
    ends = ([5, 6, 7, 8], [5, 6, 9, 9], [4, 4, 4, 4], [5, 9, 9, 9])
    blocks = [publish_prompt(pool, [1, 2, 3, 4, *end])[1] for end in ends]
    assert copied(pool, [1, 2, 3, 4, 5, 6, 9]) == (blocks[1], 3)
    assert copied(pool, [1, 2, 3, 4, 5, 6, 7, 3]) == (blocks[0], 3)
    assert copied(pool, [1, 2, 3, 4, 5, 9]) == (blocks[3], 2)
    assert copied(pool, [1, 2, 3, 4, 6]) == (None, 0)
    assert copied(pool, [1, 2, 3, 5, 5, 6, 9])[1] == 3


def test_a_block_that_is_not_full_can_be_copied_as_far_as_it_goes() -> None:
    pool = BlockPool(10, SIZE)
    (block,) = publish_prompt(pool, [1, 2])
    assert copied(pool, [1, 2, 3]) == (block, 2)
    assert full_blocks(pool, [1, 2, 3, 4]) == []


def test_a_block_that_has_more_tokens_now_is_known_by_all_of_them() -> None:
    pool = BlockPool(10, SIZE)
    (block,) = publish_prompt(pool, [1, 2])
    pool.publish(block, OURS, [1, 2, 3, 4])
    assert full_blocks(pool, [1, 2, 3, 4]) == [block]
    pool.release([block])
    assert pool.free == 10
    pool.allocate(10)
    assert copied(pool, [1, 2, 3, 4]) == (None, 0)


def test_beginnings_are_shared_in_quarters_of_a_block_only() -> None:
    pool = BlockPool(10, 32)
    pool.publish(pool.allocate(1)[0], OURS, range(32))
    assert [pool.find_prefix([*range(count), 99, 99], OURS).copied for count in (7, 8, 15, 16, 31)] == [0, 8, 8, 16, 24]


def test_released_prefixes_stay_until_their_room_is_needed_and_their_ends_go_first() -> None:
    pool = BlockPool(4, SIZE)
    tokens = list(range(16))
    blocks = publish_prompt(pool, tokens)
    pool.release(blocks)
    assert pool.free == 4
    assert full_blocks(pool, [*tokens, 99]) == blocks
    pool.allocate(1)
    assert full_blocks(pool, [*tokens, 99]) == blocks[:3]


def test_a_held_block_is_not_given_to_others() -> None:
    pool = BlockPool(2, SIZE)
    blocks = publish_prompt(pool, [1, 2, 3, 4, 5, 6, 7, 8])
    pool.hold(blocks[:1])
    pool.release(blocks)
    assert pool.free == 1
    assert pool.allocate(1) == [blocks[1]]
    assert not pool.can_allocate(1)


def test_holding_an_unused_block_takes_it_from_the_free_ones() -> None:
    pool = BlockPool(3, SIZE)
    blocks = publish_prompt(pool, [1, 2, 3, 4, 5, 6, 7, 8])
    pool.release(blocks)
    assert pool.free_after_holding(blocks) == 1
    pool.hold(blocks)
    assert pool.free == 1


def test_equal_content_is_known_once() -> None:
    pool = BlockPool(4, SIZE)
    first = publish_prompt(pool, [1, 2, 3, 4])
    second = publish_prompt(pool, [1, 2, 3, 4])
    assert full_blocks(pool, [1, 2, 3, 4, 5]) == first
    pool.release(second)
    pool.release(first)
    assert pool.free == 4


def test_releasing_what_nobody_holds_is_a_bug() -> None:
    pool = BlockPool(1, SIZE)
    blocks = pool.allocate(1)
    pool.release(blocks)
    with pytest.raises(AssertionError):
        pool.release(blocks)


@given(st.lists(st.tuples(st.integers(0, 3), st.lists(st.integers(0, 1), min_size=1, max_size=20)), max_size=40))
def test_no_block_is_ever_lost_or_given_twice(steps: list[tuple[int, list[int]]]) -> None:
    """Requests with few different tokens come and go; held blocks are exclusive unless they hold the same prefix."""
    pool = BlockPool(12, SIZE)
    held: list[tuple[list[int], list[int]]] = []
    for action, tokens in steps:
        if action == 0 and held:
            pool.release(held.pop()[1])
            continue
        prefix = pool.find_prefix(tokens, OURS)
        missing = -(-len(tokens) // SIZE) - len(prefix.blocks)
        if pool.free_after_holding(prefix.blocks) < missing:
            continue
        pool.hold(prefix.blocks)
        blocks, digest = prefix.blocks + pool.allocate(missing), prefix.digest
        for place in range(len(prefix.blocks), len(blocks)):
            digest = pool.publish(blocks[place], digest, tokens[place * SIZE : (place + 1) * SIZE])
        held.append((tokens, blocks))
        holders = {block for _, some in held for block in some}
        assert pool.free == pool.total - len(holders)
    beginnings: dict[int, tuple[int, ...]] = {}
    for tokens, blocks in held:
        for place, block in enumerate(blocks):
            beginning = tuple(tokens[: (place + 1) * SIZE])
            assert beginnings.setdefault(block, beginning) == beginning
    for _, blocks in held:
        pool.release(blocks)
    assert pool.free == pool.total
