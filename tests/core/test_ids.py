from __future__ import annotations

import time
from datetime import UTC, datetime

from homespun.core.ids import made_at, new_id


def test_an_id_tells_when_it_was_made() -> None:
    before = time.time_ns() // 1_000_000
    made = made_at(new_id("person"))
    after = time.time_ns() // 1_000_000
    assert made is not None
    assert before <= round(made.timestamp() * 1000) <= after


def test_one_that_was_known_then_tells_its_time() -> None:
    assert made_at("turn_" + "0" * 9 + "1" + "0" * 16) == datetime.fromtimestamp(0.001, UTC)


def test_what_is_no_id_tells_nothing() -> None:
    assert [made_at(text) for text in ("", "person_ada", "x_" + "u" * 26)] == [None, None, None]
