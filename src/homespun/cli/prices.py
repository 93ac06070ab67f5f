"""`homespun prices`: what models cost."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from .configuration import DataDir, configured, with_data_dir
from .terminal import console, harmless

if TYPE_CHECKING:
    from homespun.billing import Price
    from homespun.settings import Settings

app = typer.Typer(help="Set and list what models cost.", no_args_is_help=True)


@app.command("set")
def set_price(
    model: Annotated[str, typer.Option(metavar="NAME", help="The model; * is every one without its own price.")] = "*",
    door: Annotated[str, typer.Option(metavar="NAME", help="api or web; * is both.")] = "*",
    input_: Annotated[str, typer.Option("--input", metavar="AMOUNT", help="For a million prompt tokens.")] = "0",
    cached: Annotated[
        str | None, typer.Option(metavar="AMOUNT", help="For a million of them from the cache; left out: as --input.")
    ] = None,
    output: Annotated[str, typer.Option(metavar="AMOUNT", help="For a million completion tokens.")] = "0",
    prompt: Annotated[str, typer.Option(metavar="AMOUNT", help="For each prompt.")] = "0",
    request: Annotated[str, typer.Option(metavar="AMOUNT", help="For each request.")] = "0",
    data_dir: DataDir = None,
) -> None:
    """Set a price from now on. Earlier turns keep theirs."""
    settings = with_data_dir(configured(data_dir=data_dir))
    rates = (input_, input_ if cached is None else cached, output, prompt, request)
    price = asyncio.run(_set(settings, rates, model, door))
    typer.echo(f"From {price.valid_from:%Y-%m-%d %H:%M} UTC on: {harmless(_said(price))}.")


@app.command("list")
def list_prices(data_dir: DataDir = None) -> None:
    """Show all prices there ever were, newest first."""
    prices = asyncio.run(_list(with_data_dir(configured(data_dir=data_dir))))
    for price in prices:
        console().print(f"{price.valid_from:%Y-%m-%d %H:%M}  {harmless(_said(price))}", markup=False)
    if not prices:
        typer.echo("There are no prices: everything is free. `homespun prices set` makes one.")


def _said(price: Price) -> str:
    from homespun.billing import Money

    tariff, currency = price.tariff, price.currency
    rates = {
        "a million prompt tokens": tariff.input_micros,
        "cached ones": tariff.cached_input_micros,
        "completion tokens": tariff.output_micros,
        "a prompt": tariff.prompt_micros,
        "a request": tariff.request_micros,
    }
    said = ", ".join(f"{what} {Money(micros, currency)}" for what, micros in rates.items() if micros)
    return f"model {price.model}, door {price.door}: {said or 'free'}"


async def _set(settings: Settings, rates: tuple[str, ...], model: str, door: str) -> Price:
    from homespun.billing import Money, Tariff
    from homespun.wiring import open_billing

    async with open_billing(settings) as billing:
        tariff = Tariff(*(Money.parse(rate, settings.billing.currency).micros for rate in rates))
        return await billing.prices.set(tariff, model=model, door=door)


async def _list(settings: Settings) -> tuple[Price, ...]:
    from homespun.wiring import open_billing

    async with open_billing(settings) as billing:
        return await billing.prices.all()
