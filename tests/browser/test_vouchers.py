"""Vouchers in batches: made, shown once, saved, revoked together; and what those are told who redeem them."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from playwright.async_api import expect

from homespun.billing import Money
from tests.ring.houses import Home

from .conftest import Visit


async def test_a_batch_is_made_saved_and_revoked(at_home: Home, visit: Visit, tmp_path: Path) -> None:
    owner = await visit("/console/vouchers")
    await expect(owner.page.get_by_text("No vouchers yet")).to_be_visible()
    await owner.button("Make vouchers").click()
    await owner.page.get_by_label("Worth").fill("5")
    await owner.page.get_by_label("How many").fill("3000")
    await owner.page.get_by_label("Note").fill("Spring, fair")
    await owner.button("Create").click()
    await expect(owner.page.get_by_role("alert")).to_contain_text("From 1 to 1000.")
    await owner.page.get_by_label("How many").fill("3")
    await owner.button("Create").click()
    shown = owner.page.get_by_role("dialog", name="Your new vouchers")
    codes = (await shown.locator("pre").inner_text()).split()
    async with owner.page.expect_download() as download:
        await owner.button("Download as a file").click()
    saved = await download.value
    assert saved.suggested_filename == "vouchers.csv"
    await saved.save_as(tmp_path / "vouchers.csv")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "vouchers.csv").read_text())))
    assert [row["code"] for row in rows] == codes
    assert {(row["worth"], row["currency"], row["note"]) for row in rows} == {("5", "USD", "Spring, fair")}

    await owner.button("I have copied it").click()
    row = owner.page.get_by_role("row", name="3 vouchers")
    await expect(row).to_contain_text("0 of 3")
    await expect(row).to_contain_text("3 good")
    assert codes[0] not in await owner.page.content()
    await at_home.house.billing.vouchers.redeem((await at_home.person()).id, codes[0])
    await owner.page.get_by_role("link", name="3 vouchers").click()
    await expect(owner.page.get_by_role("row").filter(has_text="spent")).to_have_count(1)
    await owner.button("Revoke all").click()
    ask = owner.page.get_by_role("alertdialog")
    await expect(ask).to_contain_text("2 of 3 are good now")
    await ask.get_by_role("button", name="Revoke").click()
    await expect(owner.page.get_by_role("row").filter(has_text="revoked")).to_have_count(3)
    await expect(owner.button("Revoke all")).to_have_count(0)
    await owner.page.get_by_role("main").get_by_role("link", name="Vouchers").click()
    await expect(row).to_contain_text("1 of 3")


async def test_whoever_redeems_is_told_what_is_wrong_with_the_code(at_home: Home, visit: Visit) -> None:
    vouchers = at_home.house.billing.vouchers
    revoked, code = await vouchers.create(Money(5_000_000, "USD"))
    await vouchers.revoke(revoked.id)
    owner = await visit("/account/balance", locale="zh-CN")
    for tried, told in ((code, "这个兑换码已被作废"), ("AAAAA", "没有这个兑换码")):
        await owner.page.get_by_label("兑换码", exact=True).fill(tried)
        await owner.page.get_by_role("button", name="兑换", exact=True).click()
        await expect(owner.page.get_by_role("alert")).to_contain_text(told)
