"""A top-up through Stripe's stand-in: to its page and back, the invoice, and the owner who gives it back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import expect

from homespun.accounts import Settings
from homespun.api import listen
from tests.api.people import arrived
from tests.billing.stripe_stand import stripe
from tests.ring.houses import Home, home

from .conftest import Visit
from .visitor import Visitor

pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")
"""Stripe's library calls httpx in an older way."""


@pytest_asyncio.fixture(loop_scope="session")
async def at_home(tmp_path: Path, migrated: Path, chromium: str) -> AsyncIterator[Home]:
    with listen("127.0.0.1", 0) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with stripe(url) as billing:
            accounts = Settings(web_url=url)
            data = tmp_path / "data"
            async with home(data, migrated, accounts=accounts, billing=billing, listener=listener) as opened:
                yield opened


async def member(at_home: Home, visit: Visit, name: str) -> Visitor:
    _, token = await arrived(at_home, name)
    visitor = await visit("/", signed_in=False)
    await visitor.context.add_cookies([{"name": "homespun_session", "value": token, "url": at_home.url}])
    return visitor


async def test_is_paid_seen_invoiced_and_given_back(at_home: Home, visit: Visit, tmp_path: Path) -> None:
    ada = await member(at_home, visit, "Ada")
    await ada.go("/account/balance")
    await ada.page.get_by_label("Amount").fill("20")
    await ada.button("Go to the payment").click()
    await ada.page.get_by_role("button", name="Pay").click()
    await ada.page.wait_for_url(f"{at_home.url}/account/balance")
    row = ada.page.get_by_role("table", name="Top-ups and invoices").get_by_role("row", name="$20.00")
    await expect(row).to_contain_text("paid")
    await expect(ada.page.get_by_role("definition").filter(has_text="can be spent")).to_contain_text("$20.00")
    async with ada.page.expect_download() as download:
        await row.get_by_role("link", name="Invoice 1").click()
    invoice = await download.value
    assert invoice.suggested_filename.startswith("invoice-")
    await invoice.save_as(tmp_path / "invoice.pdf")
    assert (tmp_path / "invoice.pdf").read_bytes().startswith(b"%PDF-")

    owner = await visit("/console/balances")
    await owner.button("Give back").click()
    await owner.page.get_by_role("alertdialog").get_by_role("button", name="Give back").click()
    await expect(owner.page.get_by_text("$20.00 given back")).to_be_visible()
    await ada.page.reload()
    await expect(row).to_contain_text("$20.00 given back")
    await expect(ada.page.get_by_role("definition").filter(has_text="can be spent")).to_contain_text("$0.00")
    ada.mishaps[:] = [one for one in ada.mishaps if not one.startswith("request to elsewhere: http://127.0.0.1:")]
