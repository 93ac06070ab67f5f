"""`homespun ledger`: the books, checked, and what somebody has."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from .configuration import DataDir, configured, with_data_dir
from .terminal import console

if TYPE_CHECKING:
    from homespun.billing import Balance, Finding
    from homespun.settings import Settings

app = typer.Typer(help="Check the books; see and change what somebody has.", no_args_is_help=True)

_MOST_SHOWN = 100

Holder = Annotated[str, typer.Argument(help="The id of a person or a team.")]


@app.command("verify")
def verify(data_dir: DataDir = None) -> None:
    """Check that the usage log equals the balances. Leaves with status 1 if anything is wrong. Changes nothing."""
    findings = asyncio.run(_verify(with_data_dir(configured(data_dir=data_dir))))
    for finding in findings[:_MOST_SHOWN]:
        typer.echo(str(finding))
    if len(findings) > _MOST_SHOWN:
        typer.echo(f"... and {len(findings) - _MOST_SHOWN} more.")
    if findings:
        sys.exit(1)
    typer.echo("The books are in order.")


@app.command("balance")
def show_balance(holder: Holder, data_dir: DataDir = None) -> None:
    """Show what somebody can spend, and what is set aside for their open turns."""
    balance = asyncio.run(_balance(with_data_dir(configured(data_dir=data_dir)), holder))
    typer.echo(_said(balance))


@app.command("adjust", context_settings={"ignore_unknown_options": True})
def adjust(
    holder: Holder,
    amount: Annotated[str, typer.Argument(help="What they get, such as 12.50; -12.50 takes it.")],
    memo: Annotated[str, typer.Option(metavar="TEXT", help="What it is for; they see it.")] = "",
    reference: Annotated[
        str, typer.Option(metavar="ID", help="Booked once: that of a bank transfer, so that no mistake books it twice.")
    ] = "",
    data_dir: DataDir = None,
) -> None:
    """Give somebody money by hand, or take it: a bank transfer, a present, a mistake."""
    settings = with_data_dir(configured(data_dir=data_dir))
    typer.echo(_said(asyncio.run(_adjust(settings, holder, amount, memo, reference))))


def _said(balance: Balance) -> str:
    return f"{balance.holder_id} can spend {balance.available}; {balance.held} is set aside for open turns."


async def _verify(settings: Settings) -> list[Finding]:
    from rich.progress import Progress

    from homespun.wiring import open_billing

    findings: list[Finding] = []
    async with open_billing(settings) as billing:
        with Progress(console=console(err=True), transient=True) as progress:
            task = progress.add_task("Checking", total=await billing.audit.expected_rows())
            async for page in billing.audit.pages():
                findings.extend(page.findings)
                progress.update(task, advance=page.rows, description=f"Checking {page.what}")
    return findings


async def _balance(settings: Settings, holder: str) -> Balance:
    from homespun.wiring import open_billing

    async with open_billing(settings) as billing:
        return await billing.balance(holder)


async def _adjust(settings: Settings, holder: str, amount: str, memo: str, reference: str) -> Balance:
    from homespun.billing import Money
    from homespun.wiring import open_billing

    async with open_billing(settings) as billing:
        money = Money.parse(amount, settings.billing.currency)
        return await billing.adjust(holder, money, memo=memo, reference=reference)
