"""The tables of payments and refunds."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from homespun.billing.tables import table_of
from homespun.store import Base, UtcDateTime


class PaymentRow(Base):
    """A top-up through a payment provider."""

    __tablename__ = "payments"
    __table_args__ = (
        UniqueConstraint("invoice_number"),
        Index(None, "holder_id", "created_at"),
        CheckConstraint("refunded_micros <= micros", name="refunded"),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    holder_id: Mapped[str] = mapped_column(String(40))
    provider: Mapped[str] = mapped_column(String(20))
    reference: Mapped[str] = mapped_column(String(200))
    """What the provider needs to find the money again, to give it back; empty until it is paid."""
    micros: Mapped[int] = mapped_column(BigInteger)
    refunded_micros: Mapped[int] = mapped_column(BigInteger)
    """What has gone back, or is on its way."""
    disputed_micros: Mapped[int] = mapped_column(BigInteger, server_default="0")
    """What the payer's bank has taken back and not given again."""
    dispute_state: Mapped[str | None] = mapped_column(String(10))
    """A `DisputeState`, of the latest dispute; None: nobody has disputed it."""
    currency: Mapped[str] = mapped_column(String(3))
    state: Mapped[str] = mapped_column(String(10))
    """A `PaymentState`."""
    invoice_number: Mapped[int | None]
    """Numbered without gaps, in the order of payment."""
    billed_to: Mapped[str] = mapped_column(String(500))
    """Name and address for the invoice, as they were then."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    paid_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RefundRow(Base):
    """Money of a payment that goes back."""

    __tablename__ = "refunds"
    __table_args__ = (Index(None, "payment_id"), Index(None, "state"))

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    payment_id: Mapped[str] = mapped_column(ForeignKey("payments.id"))
    micros: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(String(10))
    """A `RefundState`."""
    reference: Mapped[str | None] = mapped_column(String(200), unique=True)
    """The provider's name for it; None until it has told."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class DisputeRow(Base):
    """Money of a payment that the payer's bank has taken back: a chargeback."""

    __tablename__ = "disputes"
    __table_args__ = (Index(None, "payment_id"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    payment_id: Mapped[str] = mapped_column(ForeignKey("payments.id"))
    micros: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(String(10))
    """A `DisputeState`."""
    reference: Mapped[str] = mapped_column(String(200), unique=True)
    """The provider's name for it."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PaymentEventRow(Base):
    """Something a provider has told us, so that it counts once however often it is told."""

    __tablename__ = "payment_events"

    provider: Mapped[str] = mapped_column(String(20), primary_key=True)
    event_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


PAYMENTS = table_of(PaymentRow)
REFUNDS = table_of(RefundRow)
DISPUTES = table_of(DisputeRow)
PAYMENT_EVENTS = table_of(PaymentEventRow)
