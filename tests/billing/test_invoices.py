"""Invoices as PDF."""

from __future__ import annotations

import re
import zlib
from base64 import a85decode
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from homespun.billing import Money, Payment, PaymentState
from homespun.billing.invoices import Seller, invoice_number, invoice_pdf
from homespun.core.errors import Conflict

PAID_AT = datetime(2026, 11, 24, 12, tzinfo=UTC)
PAYMENT = Payment(
    "payment_1",
    "person_1",
    "stripe",
    Money(1_234_500_000, "USD"),
    Money(0, "USD"),
    PaymentState.PAID,
    17,
    "Ada Lovelace\n12 St James's Square\nLondon",
    PAID_AT,
    PAID_AT,
    Money(0, "USD"),
    None,
)
SELLER = Seller(("Homespun Ltd", "1 Mill Lane"), "No tax is due.")


def words(pdf: bytes) -> list[str]:
    """What is drawn, in order; text in CID fonts as UTF-16."""
    assert pdf.startswith(b"%PDF-")
    (stream,) = re.findall(rb"/FlateDecode \][^>]*>>\s*stream\r?\n(.*?)endstream", pdf, re.DOTALL)
    drawn = zlib.decompress(a85decode(b"<~" + stream.strip(), adobe=True))
    return [one.decode("latin-1") for one in re.findall(rb"\((.*?)\) Tj", drawn)]


def test_has_number_seller_payer_and_amount() -> None:
    drawn = words(invoice_pdf(PAYMENT, SELLER))
    for line in ("Homespun Ltd", "Ada Lovelace", "Invoice 2026-000017", "2026-11-24", "1,234.50 USD", "No tax is due."):
        assert line in drawn


def test_says_what_was_given_back() -> None:
    drawn = words(invoice_pdf(replace(PAYMENT, refunded=Money(234_500_000, "USD")), SELLER))
    assert {"-234.50 USD", "1,000.00 USD"} <= set(drawn)


def test_chinese_names_print() -> None:
    pdf = invoice_pdf(replace(PAYMENT, billed_to="王小明\n北京市"), Seller(("家纺有限公司",), ""))
    assert b"/STSong-Light" in pdf
    drawn = "".join(words(pdf)).encode("latin-1").decode("unicode_escape").encode("latin-1")
    for name in ("王小明", "北京市", "家纺有限公司"):
        assert name.encode("utf-16-be") in drawn


def test_is_the_same_whenever_it_is_made() -> None:
    assert invoice_pdf(PAYMENT, SELLER) == invoice_pdf(PAYMENT, SELLER)


def test_what_is_not_paid_has_no_invoice() -> None:
    with pytest.raises(Conflict):
        invoice_number(replace(PAYMENT, invoice_number=None, paid_at=None, state=PaymentState.OPEN))
