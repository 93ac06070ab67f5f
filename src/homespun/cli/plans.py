"""`homespun plans`: what a month costs and what it allows, and who has it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from homespun.core.errors import Invalid

from .configuration import DataDir, configured, with_data_dir
from .terminal import console, harmless

if TYPE_CHECKING:
    from homespun.billing import Billing, Plan, PlanTerms, Window
    from homespun.settings import Settings

T = TypeVar("T")

_LIMIT = re.compile(r"([0-9.]+)(prompts|tokens|cost)/(day|week|month)")

app = typer.Typer(help="Make and list plans; give them to people and teams.", no_args_is_help=True)

PlanId = Annotated[str, typer.Argument(help="The plan's id, as listed.")]
Payer = Annotated[str, typer.Argument(help="The id of a person or a team.")]


@app.command("add")
def add_plan(
    name: Annotated[str, typer.Argument(help="What people know it by.")],
    price: Annotated[str, typer.Option(metavar="AMOUNT", help="For a month.")] = "0",
    window: Annotated[
        list[str] | None,
        typer.Option(metavar="LIMIT", help="20prompts/day, 100000tokens/week, 5cost/month; may be given again."),
    ] = None,
    *,
    refuse: Annotated[
        bool, typer.Option("--refuse", help="Refuse what a spent window doesn't cover; else the wallet pays.")
    ] = False,
    everybody: Annotated[bool, typer.Option("--everybody", help="For all who have no other plan.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Make a plan."""
    settings = with_data_dir(configured(data_dir=data_dir))
    terms = _terms(settings, name, price, window or [], is_refusing=refuse, is_default=everybody)
    plan = _with_billing(settings, lambda billing: billing.plans.add(terms))
    typer.echo(f"The plan {plan.terms.name!r} ({plan.id}) is there.")


@app.command("list")
def list_plans(data_dir: DataDir = None) -> None:
    """Show all plans, the retired ones too."""
    from rich.table import Table

    plans = _with_billing(with_data_dir(configured(data_dir=data_dir)), lambda billing: billing.plans.all())
    if not plans:
        typer.echo("There are no plans. `homespun plans add NAME` makes one.")
        return
    table = Table("id", "name", "a month", "allows", "then", "state", box=None, pad_edge=False)
    for plan in plans:
        allows = ", ".join(_said(window) for window in plan.terms.windows) or "everything"
        name, then = harmless(plan.terms.name), plan.terms.overflow.value
        table.add_row(plan.id, name, str(plan.terms.price), allows, then, _state(plan))
    console().print(table, markup=False)


@app.command("give")
def give_plan(payer: Payer, plan: PlanId, data_dir: DataDir = None) -> None:
    """Give somebody a plan, in place of the one they had; its first month is taken from their wallet."""
    settings = with_data_dir(configured(data_dir=data_dir))
    given = _with_billing(settings, lambda billing: billing.plans.subscribe(payer, plan))
    typer.echo(f"{payer} has the plan; the next month begins on {given.paid_until:%Y-%m-%d}.")


@app.command("end")
def end_plan(payer: Payer, data_dir: DataDir = None) -> None:
    """End somebody's plan when the month is over that is paid for."""
    settings = with_data_dir(configured(data_dir=data_dir))
    _with_billing(settings, lambda billing: billing.plans.unsubscribe(payer))
    typer.echo(f"The plan of {payer} ends with its month.")


@app.command("retire")
def retire_plan(plan: PlanId, data_dir: DataDir = None) -> None:
    """Let nobody new have a plan; those who have it keep it."""
    settings = with_data_dir(configured(data_dir=data_dir))
    retired = _with_billing(settings, lambda billing: billing.plans.retire(plan))
    typer.echo(f"The plan {retired.terms.name!r} is retired.")


def _terms(
    settings: Settings, name: str, price: str, limits: list[str], *, is_refusing: bool, is_default: bool
) -> PlanTerms:
    from homespun.billing import Money, Overflow, PlanTerms

    overflow = Overflow.REFUSE if is_refusing else Overflow.WALLET
    windows = _windows(limits, settings.billing.currency)
    return PlanTerms(name, Money.parse(price, settings.billing.currency), windows, overflow, is_default)


def _windows(limits: list[str], currency: str) -> tuple[Window, ...]:
    """Raises `Invalid` for what isn't a limit."""
    from homespun.billing import Money, Period, Window

    by_period: dict[str, dict[str, int]] = {}
    for limit in limits:
        found = _LIMIT.fullmatch(limit)
        if not found or (found[2] != "cost" and not found[1].isdigit()):
            raise Invalid(f"{limit!r} is no limit. Write it as 20prompts/day, 100000tokens/week or 5cost/month.")
        amount, what, period = found.groups()
        place = by_period.setdefault(period, {})
        if what == "cost":
            place["micros"] = Money.parse(amount, currency).micros
        else:
            place[what] = int(amount)
    return tuple(Window(Period(period), **limits_of_one) for period, limits_of_one in by_period.items())


def _said(window: Window) -> str:
    from homespun.billing.money import decimals

    limits = {"prompts": window.prompts, "tokens": window.tokens}
    said = [f"{count} {what}" for what, count in limits.items() if count is not None]
    if window.micros is not None:
        said.append(f"cost {decimals(window.micros)}")
    return f"{' and '.join(said)} a {window.period}"


def _state(plan: Plan) -> str:
    if plan.retired_at:
        return "retired"
    return "for everybody" if plan.terms.is_default else "-"


def _with_billing(settings: Settings, ask: Callable[[Billing], Awaitable[T]]) -> T:
    """What billing answers."""

    async def asked() -> T:
        from homespun.wiring import open_billing

        async with open_billing(settings) as billing:
            return await ask(billing)

    return asyncio.run(asked())
