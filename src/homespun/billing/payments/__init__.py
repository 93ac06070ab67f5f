"""Top-ups through payment providers, each behind one protocol."""

from homespun.billing.payments.payments import Checkout, Payment, Payments, Refund
from homespun.billing.payments.port import EventKind, PaymentEvent, PaymentPort, PaymentRefused
from homespun.billing.payments.stripe import StripePayments

__all__ = [
    "Checkout",
    "EventKind",
    "Payment",
    "PaymentEvent",
    "PaymentPort",
    "PaymentRefused",
    "Payments",
    "Refund",
    "StripePayments",
]
