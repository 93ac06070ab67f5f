"""A part of a text is found alike on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import String, literal, select

from homespun.store import Store, contains


@pytest.mark.parametrize(
    ("text", "part", "found"),
    [
        ("Roses are RED", "red", True),
        ("roses are red", "ROSE", True),
        ("天气很好", "气很", True),
        ("天气很好", "好很", False),
        ("100% of a_b", "0%", True),
        ("1000 of aab", "0%", False),
        ("aab", "a_b", False),
        ("and/or", "D/O", True),
        (r"all \o/", r"\O/", True),
        ("it's", "'S", True),
        ("ÄRGER", "ÄRG", True),
        ("ÄRGER", "ärg", False),
        ("İstanbul", "istanbul", False),
        ("", "a", False),
        ("anything", "", True),
    ],
)
async def test_a_part_is_found_and_ascii_letters_count_in_either_case(
    store: Store, text: str, part: str, found: bool
) -> None:
    async with store.read() as session:
        assert bool(await session.scalar(select(contains(literal(text, String), part)))) is found
