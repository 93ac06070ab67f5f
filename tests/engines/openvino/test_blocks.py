from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homespun.engines.openvino.blocks import BlockPool, chain_digest

SIZE = 4


def publish_prompt(pool: BlockPool, tokens: list[int]) -> list[int]:
    """Takes blocks for the whole prompt and makes the full ones known."""
    blocks = pool.allocate(-(-len(tokens) // SIZE))
    digest = b""
    for place in range(len(tokens) // SIZE):
        digest = chain_digest(digest, tokens[place * SIZE : (place + 1) * SIZE])
        pool.publish(blocks[place], digest)
    return blocks


def test_finds_the_longest_common_beginning_in_whole_blocks() -> None:
    pool = BlockPool(10, SIZE)
    blocks = publish_prompt(pool, [1, 2, 3, 4, 5, 6, 7, 8, 9])
    assert pool.find_prefix([1, 2, 3, 4, 5, 6, 7, 8, 100])[0] == blocks[:2]
    assert pool.find_prefix([1, 2, 3, 4, 50, 6, 7, 8, 9])[0] == blocks[:1]
    assert pool.find_prefix([9, 2, 3, 4, 5, 6, 7, 8, 9])[0] == []


def test_the_same_tokens_after_another_beginning_are_another_block() -> None:
    pool = BlockPool(10, SIZE)
    publish_prompt(pool, [1, 1, 1, 1, 5, 6, 7, 8])
    assert pool.find_prefix([5, 6, 7, 8, 9])[0] == []


def test_leaves_at_least_one_token_to_be_calculated() -> None:
    pool = BlockPool(10, SIZE)
    blocks = publish_prompt(pool, [1, 2, 3, 4, 5, 6, 7, 8])
    assert pool.find_prefix([1, 2, 3, 4, 5, 6, 7, 8])[0] == blocks[:1]


def test_released_prefixes_stay_until_their_room_is_needed_and_their_ends_go_first() -> None:
    pool = BlockPool(4, SIZE)
    tokens = list(range(16))
    blocks = publish_prompt(pool, tokens)
    pool.release(blocks)
    assert pool.free == 4
    assert pool.find_prefix([*tokens, 99])[0] == blocks
    pool.allocate(1)
    assert pool.find_prefix([*tokens, 99])[0] == blocks[:3]


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
    assert pool.find_prefix([1, 2, 3, 4, 5])[0] == first
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
        shared, digest = pool.find_prefix(tokens)
        missing = -(-len(tokens) // SIZE) - len(shared)
        if pool.free_after_holding(shared) < missing:
            continue
        pool.hold(shared)
        blocks = shared + pool.allocate(missing)
        for place in range(len(shared), len(tokens) // SIZE):
            digest = chain_digest(digest, tokens[place * SIZE : (place + 1) * SIZE])
            pool.publish(blocks[place], digest)
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
