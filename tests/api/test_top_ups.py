"""A top-up as a browser makes it, through Stripe's stand-in: paid, credited, invoiced, and given back by the owner."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from homespun.accounts import Role, Settings
from homespun.api import listen
from tests.billing.stripe_stand import stripe
from tests.patience import PATIENCE_S
from tests.ring.houses import Home, home

from .people import Visitor, signed_in

pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")
"""Stripe's library calls httpx in an older way."""

TWENTY = {"micros": 20_000_000, "currency": "USD"}


@pytest.fixture
async def shop(tmp_path: Path, migrated: Path) -> AsyncIterator[Home]:
    with listen("127.0.0.1", 0) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with stripe(url) as billing:
            accounts = Settings(web_url=url, visitors=True)
            data = tmp_path / "data"
            async with home(data, migrated, accounts=accounts, billing=billing, listener=listener) as opened:
                yield opened


async def paid(who: Visitor) -> dict[str, Any]:
    """Tops up; the payment."""
    body = {"amount": TWENTY, "provider": "stripe", "billed_to": "Ada"}
    begun = await who.browser.post("/api/me/topups", json=body, headers={"idempotency-key": "once"})
    assert begun.status_code == 201, begun.text
    again = await who.browser.post("/api/me/topups", json=body, headers={"idempotency-key": "once"})
    assert again.json() == begun.json()
    async with httpx.AsyncClient(timeout=PATIENCE_S) as page:
        sent = await page.post(begun.json()["url"])
    assert (sent.status_code, sent.headers["location"]) == (303, f"{who.browser.base_url}/account/balance")
    payments: list[dict[str, Any]] = (await who.browser.get("/api/me/invoices")).json()["payments"]
    assert len(payments) == 1
    return payments[0]


async def test_anonymous_and_visitors_cannot_top_up(shop: Home) -> None:
    body = {"amount": TWENTY, "provider": "stripe"}
    async with shop.client() as browser:
        assert (await browser.post("/api/me/topups", json=body)).status_code == 401
        await browser.post("/api/visit")
        assert (await browser.post("/api/me/topups", json=body)).status_code == 403


async def test_a_stranger_neither_sees_the_invoice_nor_gives_back(shop: Home) -> None:
    async with signed_in(shop, "Ada") as ada, signed_in(shop, "Eve") as eve:
        payment = await paid(ada)
        assert (await eve.browser.get(f"/api/me/invoices/{payment['id']}.pdf")).status_code == 404
        for who in (ada, eve):
            refund = await who.browser.post(f"/api/console/payments/{payment['id']}/refunds", json={})
            assert refund.status_code == 403


async def test_is_paid_invoiced_and_given_back_once(shop: Home) -> None:
    async with signed_in(shop, "Ada") as ada, signed_in(shop, "Olga", Role.OWNER) as owner:
        payment = await paid(ada)
        assert (payment["state"], payment["amount"]) == ("paid", TWENTY)
        assert (await ada.browser.get("/api/me/balance")).json()["available"] == TWENTY
        invoice = await ada.browser.get(f"/api/me/invoices/{payment['id']}.pdf")
        assert (invoice.headers["content-type"], invoice.content[:5]) == ("application/pdf", b"%PDF-")
        number = f"{payment['invoice_number']:06}.pdf"
        assert number in invoice.headers["content-disposition"]
        refunds = f"/api/console/payments/{payment['id']}/refunds"
        part = await owner.browser.post(refunds, json={"amount": {"micros": 5_000_000, "currency": "USD"}})
        assert (part.status_code, part.json()["amount"]["micros"]) == (201, 5_000_000)
        rest = await owner.browser.post(refunds, json={})
        assert rest.json()["amount"]["micros"] == 15_000_000
        assert (await owner.browser.post(refunds, json={})).is_client_error
        assert (await ada.browser.get("/api/me/balance")).json()["available"]["micros"] == 0
        assert await shop.house.billing.audit.verify() == ()


async def test_an_unsigned_webhook_brings_nothing(shop: Home) -> None:
    async with signed_in(shop, "Ada") as ada:
        await ada.browser.post("/api/me/topups", json={"amount": TWENTY, "provider": "stripe"})
        [payment] = (await ada.browser.get("/api/me/invoices")).json()["payments"]
        session = {"client_reference_id": payment["id"], "amount_total": 2000, "currency": "usd"}
        event = {"id": "evt_1", "type": "checkout.session.completed", "data": {"object": session}}
        for headers in ({}, {"stripe-signature": "t=1,v1=00"}):
            forged = await ada.browser.post("/api/payments/stripe/events", json=event, headers=headers)
            assert forged.is_client_error
        assert (await ada.browser.get("/api/me/balance")).json()["available"]["micros"] == 0
