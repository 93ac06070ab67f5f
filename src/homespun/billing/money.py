"""Amounts of money: whole numbers of micros, with their currency, in a range that no sum leaves unnoticed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from homespun.core.errors import Invalid

MICROS = 1_000_000
"""Micros in one major unit: in a dollar, a euro, a yen."""
MOST_MICROS = 10**15
"""A thousand million major units: the largest amount anywhere. Thousands of them still fit into 64 bits."""
_CURRENCY = re.compile("[A-Z]{3}")
_AMOUNT = re.compile(r"-?[0-9]{1,10}(\.[0-9]{1,6})?")


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in one currency. Raises `Invalid` for one that is too large, or a currency that isn't one."""

    micros: int
    """Millionths of the currency's major unit."""
    currency: str
    """As ISO 4217 has it: three capital letters."""

    def __post_init__(self) -> None:
        checked_micros(self.micros)
        checked_currency(self.currency)

    @classmethod
    def parse(cls, text: str, currency: str) -> Money:
        """An amount as people write it, `12.5` or `-0.000001`. Raises `Invalid`."""
        try:
            if not _AMOUNT.fullmatch(text):
                raise InvalidOperation
            return cls(int(Decimal(text) * MICROS), currency)
        except InvalidOperation:
            raise Invalid(f"{text!r} is no amount. Write it as 12.50, with at most six decimals.") from None

    def __add__(self, other: Money) -> Money:
        self._same_currency(other)
        return Money(self.micros + other.micros, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same_currency(other)
        return Money(self.micros - other.micros, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.micros, self.currency)

    def __str__(self) -> str:
        """At least two decimals, and as many as it has: `12.50 USD`, `0.000125 USD`."""
        return f"{decimals(self.micros)} {self.currency}"

    def _same_currency(self, other: Money) -> None:
        if other.currency != self.currency:
            raise Invalid(f"{self.currency} and {other.currency} can't be added. Amounts have to be in one currency.")


def decimals(micros: int) -> str:
    """An amount in major units, without its currency."""
    whole, rest = divmod(abs(micros), MICROS)
    fraction = f"{rest:06}".rstrip("0").ljust(2, "0")
    return f"{'-' if micros < 0 else ''}{whole}.{fraction}"


def checked_micros(micros: int, param: str = "amount") -> int:
    """The amount itself. Raises `Invalid` where it isn't a whole number, or beyond what is ever kept."""
    if type(micros) is not int or abs(micros) > MOST_MICROS:
        raise Invalid(f"An amount is a whole number of micros, at most {MOST_MICROS}.", param=param)
    return micros


def checked_currency(currency: str) -> str:
    """The currency itself. Raises `Invalid` where it isn't three capital letters."""
    if not (isinstance(currency, str) and _CURRENCY.fullmatch(currency)):
        raise Invalid("A currency is three capital letters, such as USD, EUR or CNY.", param="currency")
    return currency
