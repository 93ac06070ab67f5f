from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from homespun.accounts import USUAL_SCOPES, Budget, Period, Scope
from homespun.cli import key_options
from homespun.core.errors import Invalid

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "budget"),
    [
        ("12.50/month", Budget(12_500_000, Period.MONTH)),
        ("12.50", Budget(12_500_000, Period.MONTH)),
        ("0.000001/ever", Budget(1, Period.EVER)),
        ("0/ever", Budget(0, Period.EVER)),
    ],
)
def test_a_budget_is_an_amount_and_a_period(text: str, budget: Budget) -> None:
    assert key_options.budget(text) == budget


@pytest.mark.parametrize("text", ["", "much", "1/day", "1/", "0.0000001", "nan", "inf/month", "1,5", "$5"])
def test_what_is_no_budget_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match=r"12\.50/month"):
        key_options.budget(text)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("30d", NOW + timedelta(days=30)),
        ("12h", NOW + timedelta(hours=12)),
        ("2w", NOW + timedelta(weeks=2)),
        ("2027-01-31", datetime(2027, 1, 31, tzinfo=UTC)),
        ("2027-01-31T18:00+08:00", datetime(2027, 1, 31, 18, tzinfo=timezone(timedelta(hours=8)))),
    ],
)
def test_an_expiry_is_a_span_or_a_moment(text: str, moment: datetime) -> None:
    assert key_options.expiry(text, NOW) == moment


@pytest.mark.parametrize("text", ["", "soon", "d", "-1d", "30y", "999999w", "2027-13-01"])
def test_what_is_no_expiry_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="30d"):
        key_options.expiry(text, NOW)


def test_scopes_go_by_name() -> None:
    assert key_options.scopes([]) == USUAL_SCOPES
    assert key_options.scopes(["admin", "chat", "chat"]) == {Scope.ADMIN, Scope.CHAT}
    with pytest.raises(Invalid, match="usage"):
        key_options.scopes(["root"])
