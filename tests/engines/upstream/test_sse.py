"""Server-sent events are found however the network cuts them."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homespun.engines.upstream import sse

STREAM = (
    'data: {"a": "x\u2028y\x85z"}\r\n\r\n: a comment\n\ndata:two\ndata: lines\n\nevent: ping\n\ndata: [DONE]'.encode()
)
EVENTS = ['{"a": "x\u2028y\x85z"}'.encode(), b"two\nlines", b"[DONE]"]


async def data_of(pieces: list[bytes]) -> list[bytes]:
    async def network() -> AsyncGenerator[bytes]:
        for piece in pieces:
            yield piece

    return [data async for data in sse.data_of(network())]


@given(st.lists(st.integers(0, len(STREAM)), max_size=8))
async def test_the_way_a_stream_is_cut_makes_no_difference(cuts: list[int]) -> None:
    places = [0, *sorted(cuts), len(STREAM)]
    assert await data_of([STREAM[a:b] for a, b in pairwise(places)]) == EVENTS


async def test_a_line_without_end_is_not_collected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sse, "_MAX_LINE_BYTES", 100)
    with pytest.raises(sse.EndlessLine):
        await data_of([b"data: " + b"x" * 60] * 3)
