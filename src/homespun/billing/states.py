"""The states that rows of billing go through."""

from __future__ import annotations

from enum import StrEnum


class UsageState(StrEnum):
    """Where a turn's charge stands."""

    OPEN = "open"
    """Something may be set aside for it; what it will cost isn't known yet."""
    SETTLED = "settled"
    """It was charged for what was delivered; nothing changes any more."""


class PaymentState(StrEnum):
    """What has become of a top-up."""

    OPEN = "open"
    """The payer was sent to the provider."""
    PAID = "paid"
    """The money has come and is in the wallet."""
    FAILED = "failed"
    """It wasn't paid: too late, or the bank refused."""


class DisputeState(StrEnum):
    """What has become of a dispute about a payment."""

    OPEN = "open"
    """The payer's bank has taken the money back; it isn't decided yet."""
    WON = "won"
    """It has given it again."""
    LOST = "lost"
    """It keeps it."""


class RefundState(StrEnum):
    """What has become of a refund."""

    PENDING = "pending"
    """Out of the wallet, but the provider hasn't confirmed it yet."""
    DONE = "done"
    """The provider has given it back."""
    FAILED = "failed"
    """The provider couldn't; it is in the wallet again."""
