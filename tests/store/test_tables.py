"""Times keep their zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy.dialects import sqlite

from homespun.store import UtcDateTime

DIALECT = sqlite.dialect()


def test_a_moment_in_another_zone_is_the_same_moment_in_utc() -> None:
    in_beijing = datetime(2026, 1, 1, 8, tzinfo=timezone(timedelta(hours=8)))
    kept = UtcDateTime().process_bind_param(in_beijing, DIALECT)
    assert kept == datetime(2026, 1, 1, tzinfo=UTC)
    assert kept is not None
    assert kept.hour == 0


def test_what_comes_back_without_a_zone_is_utc() -> None:
    assert UtcDateTime().process_result_value(datetime(2026, 1, 1), DIALECT) == datetime(2026, 1, 1, tzinfo=UTC)


def test_a_time_without_a_zone_is_a_mistake_of_ours() -> None:
    with pytest.raises(AssertionError):
        UtcDateTime().process_bind_param(datetime(2026, 1, 1), DIALECT)


def test_nothing_stays_nothing() -> None:
    assert UtcDateTime().process_bind_param(None, DIALECT) is None
    assert UtcDateTime().process_result_value(None, DIALECT) is None
