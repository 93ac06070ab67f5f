"""Invoices: a paid top-up as a page of PDF. It is made anew whenever somebody wants it; what is on it never changes."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from homespun.core.errors import Conflict

from .money import MICROS, Money
from .payments import Payment

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

_MARGIN, _LINE, _SMALL = 56, 15, 9
"""Points."""
_ROWS_FROM_TOP = 300
_FONT = "Helvetica"
_CJK_FONT = "STSong-Light"
"""One of the fonts that every PDF reader brings for Chinese: it is named, not embedded."""
_LATIN = 0x250
"""Characters before this one are in every font."""


@dataclass(frozen=True, slots=True)
class Seller:
    """Who sends the invoice."""

    lines: tuple[str, ...]
    """Name and address."""
    note: str
    """A sentence at the end, such as one about taxes."""


def invoice_number(payment: Payment) -> str:
    """As it stands on the invoice: `2026-000017`. The number alone has no gaps. Raises `Conflict` before it is paid."""
    if payment.invoice_number is None or payment.paid_at is None:
        raise Conflict("There is an invoice when the payment has come.")
    return f"{payment.paid_at:%Y}-{payment.invoice_number:06}"


def invoice_pdf(payment: Payment, seller: Seller) -> bytes:
    """The invoice of a paid payment. Raises `Conflict` before it is paid."""
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfgen.canvas import Canvas

    number = invoice_number(payment)
    assert payment.paid_at is not None
    page = io.BytesIO()
    canvas = Canvas(page, pagesize=A4, invariant=True)
    canvas.setTitle(f"Invoice {number}")
    width, height = A4
    writer = _Writer(canvas, width, height)
    writer.block(_MARGIN, height - _MARGIN, seller.lines)
    writer.block(_MARGIN, height - 160, payment.billed_to.splitlines() or [payment.holder_id])
    writer.text(_MARGIN, height - 250, f"Invoice {number}", size=18)
    writer.text(_MARGIN, height - 270, f"{payment.paid_at:%Y-%m-%d}")
    _rows(writer, payment)
    writer.block(_MARGIN, _MARGIN + _LINE, [seller.note, f"Payment {payment.id}"], size=_SMALL)
    canvas.showPage()
    canvas.save()
    return page.getvalue()


def _rows(writer: _Writer, payment: Payment) -> None:
    rows = [("Prepaid credit", payment.amount)]
    if payment.refunded.micros:
        rows += [("Given back", -payment.refunded), ("Remaining", payment.amount - payment.refunded)]
    top = writer.height - _ROWS_FROM_TOP
    for at, (what, amount) in enumerate(rows):
        writer.row(top - at * 1.5 * _LINE, what, _shown(amount))
    writer.rule(top - len(rows) * 1.5 * _LINE + _LINE / 2)


def _shown(amount: Money) -> str:
    """With two decimals and thousands apart, as invoices have it."""
    cents = abs(amount.micros) * 100 // MICROS
    return f"{'-' if amount.micros < 0 else ''}{cents // 100:,}.{cents % 100:02} {amount.currency}"


class _Writer:
    """Writes lines in a font that has their characters."""

    def __init__(self, canvas: Canvas, width: float, height: float) -> None:
        from reportlab.pdfbase.cidfonts import UnicodeCIDFont
        from reportlab.pdfbase.pdfmetrics import registerFont

        registerFont(UnicodeCIDFont(_CJK_FONT))
        self._canvas = canvas
        self._width = width
        self.height = height

    def text(self, x: float, y: float, text: str, *, size: int = 11) -> None:
        """One line, from its left end."""
        self._canvas.setFont(_font(text), size)
        self._canvas.drawString(x, y, text)

    def block(self, x: float, y: float, lines: Sequence[str], *, size: int = 11) -> None:
        """Lines below each other."""
        for at, line in enumerate(lines):
            self.text(x, y - at * _LINE, line, size=size)

    def row(self, y: float, what: str, amount: str) -> None:
        """A text at the left and an amount at the right."""
        self.text(_MARGIN, y, what)
        self._canvas.drawRightString(self._width - _MARGIN, y, amount)

    def rule(self, y: float) -> None:
        """A line across the page."""
        self._canvas.line(_MARGIN, y, self._width - _MARGIN, y)


def _font(text: str) -> str:
    return _FONT if all(ord(character) < _LATIN for character in text) else _CJK_FONT
