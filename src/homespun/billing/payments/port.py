"""What a payment provider has to be able to do. Stripe is one; Alipay and WeChat Pay would be others.

A provider never decides what is credited: it says what was paid, and `Payments` compares that with what was asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from homespun.billing.money import Money
from homespun.core.errors import Refused


class PaymentRefused(Refused):
    """The payment provider has refused this. Its own site says more; no money has moved."""

    code = "payment_refused"


class EventKind(StrEnum):
    """What a provider tells."""

    PAID = "paid"
    """The money has come."""
    FAILED = "failed"
    """It won't come: the checkout expired or the bank refused."""
    REFUNDED = "refunded"
    """Money goes back, be it that we asked for it or that somebody did on the provider's own site."""
    REFUND_FAILED = "refund_failed"
    """Money that was to go back did not."""
    DISPUTED = "disputed"
    """The payer's bank has taken money back."""
    DISPUTE_WON = "dispute_won"
    """It has given it again."""
    DISPUTE_LOST = "dispute_lost"
    """It keeps it."""


@dataclass(frozen=True, slots=True)
class PaymentEvent:
    """Something a provider tells, whose signature was checked."""

    id: str
    """The same however often it is told."""
    kind: EventKind
    amount: Money
    payment_id: str
    """Ours; empty where the provider knows only its own."""
    reference: str
    """The provider's name for the money, by which it is given back."""
    refund_id: str = ""
    """Ours, of a refund that we asked for."""
    refund_reference: str = ""
    """The provider's, of any refund."""
    dispute_reference: str = ""
    """The provider's, of a dispute."""


class PaymentPort(Protocol):
    """A payment provider."""

    @property
    def name(self) -> str:
        """As it stands in the ledger: `cash:<name>`."""
        ...

    async def start(self, payment_id: str, amount: Money, *, return_url: str) -> str:
        """Where the payer goes to pay. Raises `PaymentRefused`, `Unavailable`."""
        ...

    def event(self, body: bytes, headers: Mapping[str, str]) -> PaymentEvent | None:
        """What a webhook tells; None for what doesn't matter here. `headers` have lower-case names.

        Raises `Refused` for a signature that is wrong or too old, `Invalid` for what can't be read.
        """
        ...

    async def refund(self, reference: str, amount: Money, *, refund_id: str) -> str:
        """Gives money back and returns the provider's name for that; with the same `refund_id` it happens once.

        Raises `PaymentRefused` where it won't ever work, `Unavailable` where it isn't known whether it has.
        """
        ...
