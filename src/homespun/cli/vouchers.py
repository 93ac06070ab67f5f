"""`homespun vouchers`: codes that are worth money."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from .configuration import DataDir, configured, with_data_dir
from .terminal import console, harmless

if TYPE_CHECKING:
    from homespun.billing import Voucher, VoucherBatch
    from homespun.settings import Settings

app = typer.Typer(help="Make, list and revoke codes that are worth money.", no_args_is_help=True)


@app.command("create")
def create_vouchers(
    value: Annotated[str, typer.Argument(help="What each use is worth, such as 10.")],
    count: Annotated[int, typer.Option(metavar="N", min=1, max=10_000, help="How many codes to make.")] = 1,
    uses: Annotated[int, typer.Option(metavar="N", min=1, help="How many people may redeem each, once.")] = 1,
    days: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="How long they are valid; left out: ever.")
    ] = None,
    memo: Annotated[str, typer.Option(metavar="TEXT", help="What they are for.")] = "",
    data_dir: DataDir = None,
) -> None:
    """Make codes, all or none, and print them, one a line, the only time that they can be seen."""
    settings = with_data_dir(configured(data_dir=data_dir))
    made = asyncio.run(_create(settings, value, count, uses, days, memo))
    for _, code in made:
        typer.echo(code)
    if count > 1:
        revoke = f"homespun vouchers revoke --batch {made[0][0].id}"
        typer.echo(f"`{revoke}` makes all of them worthless that aren't redeemed by then.", err=True)


@app.command("list")
def list_vouchers(data_dir: DataDir = None) -> None:
    """Show the newest hundred, without their codes."""
    from rich.table import Table

    vouchers = asyncio.run(_list(with_data_dir(configured(data_dir=data_dir))))
    if not vouchers:
        typer.echo("There are no vouchers. `homespun vouchers create AMOUNT` makes one.")
        return
    table = Table("id", "ends with", "worth", "used", "expires", "revoked", "memo", box=None, pad_edge=False)
    for one in vouchers:
        used = f"{one.used} of {one.uses}"
        moments = (_day(one.expires_at), _day(one.revoked_at))
        table.add_row(one.id, one.ending, str(one.value), used, *moments, harmless(one.memo))
    console().print(table, markup=False)


@app.command("batches")
def list_batches(data_dir: DataDir = None) -> None:
    """Show the newest hundred makings of vouchers: how many were made at once, and what has become of them."""
    from rich.table import Table

    batches = asyncio.run(_batches(with_data_dir(configured(data_dir=data_dir))))
    table = Table("id", "made", "worth", "used", "open", "revoked", "expires", "memo", box=None, pad_edge=False)
    for one in batches:
        used = f"{one.used} of {one.count * one.uses}"
        counts = (used, str(one.open), str(one.revoked))
        table.add_row(one.id, str(one.count), str(one.value), *counts, _day(one.expires_at), harmless(one.memo))
    console().print(table, markup=False)


@app.command("revoke")
def revoke_voucher(
    voucher: Annotated[str, typer.Argument(help="The voucher's id, as listed.")],
    *,
    batch: Annotated[bool, typer.Option("--batch", help="All that were made with it; the id is the batch's.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Make a code, or a batch of codes, worthless for those who haven't redeemed it."""
    settings = with_data_dir(configured(data_dir=data_dir))
    if batch:
        revoked = asyncio.run(_revoke_batch(settings, voucher))
        typer.echo(f"{revoked.revoked} of {revoked.count} vouchers are revoked; they were used {revoked.used} times.")
        return
    one = asyncio.run(_revoke(settings, voucher))
    typer.echo(f"The voucher {one.id} is revoked; it was used {one.used} times.")


async def _create(
    settings: Settings, value: str, count: int, uses: int, days: int | None, memo: str
) -> tuple[tuple[Voucher, str], ...]:
    from homespun.billing import Money
    from homespun.wiring import open_billing

    expires_at = datetime.now(UTC) + timedelta(days=days) if days else None
    async with open_billing(settings) as billing:
        worth = Money.parse(value, settings.billing.currency)
        return await billing.vouchers.create_batch(worth, count, uses=uses, expires_at=expires_at, memo=memo)


async def _list(settings: Settings) -> tuple[Voucher, ...]:
    from homespun.wiring import open_billing

    async with open_billing(settings) as billing:
        return await billing.vouchers.all()


async def _batches(settings: Settings) -> tuple[VoucherBatch, ...]:
    from homespun.wiring import open_billing

    async with open_billing(settings) as billing:
        return await billing.vouchers.batches()


async def _revoke_batch(settings: Settings, batch_id: str) -> VoucherBatch:
    from homespun.wiring import open_billing

    async with open_billing(settings) as billing:
        return await billing.vouchers.revoke_batch(batch_id)


async def _revoke(settings: Settings, voucher_id: str) -> Voucher:
    from homespun.wiring import open_billing

    async with open_billing(settings) as billing:
        return await billing.vouchers.revoke(voucher_id)


def _day(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d}" if moment else "-"
