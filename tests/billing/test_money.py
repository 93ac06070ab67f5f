"""Amounts: whole, in range, and never mixed."""

from __future__ import annotations

import pytest

from homespun.billing import Money
from homespun.billing.money import MOST_MICROS
from homespun.core.errors import Invalid


@pytest.mark.parametrize(
    ("text", "micros"), [("12.5", 12_500_000), ("0.000001", 1), ("-3", -3_000_000), ("1000000000", MOST_MICROS)]
)
def test_reads_amounts_as_people_write_them(text: str, micros: int) -> None:
    assert Money.parse(text, "USD").micros == micros


@pytest.mark.parametrize(
    "text", ["", "1e3", "NaN", "Infinity", "1.0000001", "1,5", " 1", "0x1", "１", "1000000000.000001", "9" * 40]
)
def test_refuses_what_is_no_amount(text: str) -> None:
    with pytest.raises(Invalid):
        Money.parse(text, "USD")


@pytest.mark.parametrize(
    ("micros", "text"), [(12_500_000, "12.50 USD"), (125, "0.000125 USD"), (-1, "-0.000001 USD"), (0, "0.00 USD")]
)
def test_shows_two_decimals_or_as_many_as_it_has(micros: int, text: str) -> None:
    assert str(Money(micros, "USD")) == text


@pytest.mark.parametrize("micros", [MOST_MICROS + 1, -MOST_MICROS - 1, 2**63, 1.0, True])
def test_refuses_amounts_that_are_too_large_or_not_whole(micros: int) -> None:
    with pytest.raises(Invalid):
        Money(micros, "USD")


@pytest.mark.parametrize("currency", ["", "usd", "US", "USDT", "ÄÖÜ", "US1"])
def test_refuses_currencies_that_are_none(currency: str) -> None:
    with pytest.raises(Invalid):
        Money(1, currency)


def test_two_currencies_are_never_added() -> None:
    with pytest.raises(Invalid):
        Money(1, "USD") + Money(1, "EUR")
    with pytest.raises(Invalid):
        Money(1, "USD") - Money(1, "EUR")


def test_a_sum_beyond_the_range_is_refused() -> None:
    with pytest.raises(Invalid):
        Money(MOST_MICROS, "USD") + Money(1, "USD")
