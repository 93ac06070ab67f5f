"""`homespun availability`: to whom it is available where, and who waits to be let in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .configuration import DataDir, configured, with_data_dir
from .people import Who
from .rule_options import ForWhom, about_a_rule
from .terminal import console, harmless, minute

if TYPE_CHECKING:
    from homespun.accounts import Accounts, Person
    from homespun.gate import Availability, Rule, Waiting

app = typer.Typer(help="Decide to whom it is available where, and let people in who wait.", no_args_is_help=True)

English = Annotated[str, typer.Option("--message-en", metavar="TEXT", help="What they are told, in English.")]
Chinese = Annotated[str, typer.Option("--message-zh", metavar="TEXT", help="What they are told, in Chinese.")]


@app.command("list")
def list_rules(data_dir: DataDir = None) -> None:
    """Show all rules, the most specific first: of those that fit somebody, the first counts."""
    from rich.table import Table

    table = Table("for", "country", "verdict", "in English", "in Chinese", box=None, pad_edge=False)
    for rule in asyncio.run(_rules(data_dir)):
        messages = (harmless(rule.message_en) or "-", harmless(rule.message_zh) or "-")
        table.add_row(_whom(rule), rule.country, rule.verdict, *messages)
    console().print(table)


@app.command("allow")
@about_a_rule
def allow(for_whom: ForWhom, data_dir: DataDir = None) -> None:
    """Make it available to some, where a less specific rule shuts them out."""
    from homespun.gate import Rule, Verdict

    _made(data_dir, Rule(Verdict.ALLOWED, *for_whom))


@app.command("refuse")
@about_a_rule
def refuse(for_whom: ForWhom, message_en: English = "", message_zh: Chinese = "", data_dir: DataDir = None) -> None:
    """Shut some out, with a message. Owners never are."""
    from homespun.gate import Rule, Verdict

    _made(data_dir, Rule(Verdict.REFUSED, *for_whom, message_en, message_zh))


@app.command("wait")
@about_a_rule
def wait(for_whom: ForWhom, message_en: English = "", message_zh: Chinese = "", data_dir: DataDir = None) -> None:
    """Put some on the waiting list when they ask; `homespun availability admit` lets them in."""
    from homespun.gate import Rule, Verdict

    _made(data_dir, Rule(Verdict.WAITING, *for_whom, message_en, message_zh))


@app.command("remove")
@about_a_rule
def remove(for_whom: ForWhom, data_dir: DataDir = None) -> None:
    """Remove the rule for just these people and this country; a less specific one counts then."""
    from homespun.gate import Rule, Verdict

    removed = asyncio.run(_remove(data_dir, Rule(Verdict.ALLOWED, *for_whom)))
    typer.echo(f"The rule for {_whom(removed)} is removed.")


@app.command("waiting")
def show_waiting(
    limit: Annotated[int, typer.Option(min=1, max=1000, metavar="N", help="How many at most.")] = 50,
    data_dir: DataDir = None,
) -> None:
    """Show who waits, the longest first."""
    from rich.table import Table

    waiting, names = asyncio.run(_waiting(data_dir, limit))
    table = Table("", "name", "id", "country", "since", box=None, pad_edge=False)
    for one in waiting:
        name = harmless(names.get(one.person_id, "")) or "-"
        table.add_row(str(one.position), name, one.person_id, one.country, minute(one.asked_at))
    console().print(table)


@app.command("admit")
def admit(person: Who, data_dir: DataDir = None) -> None:
    """Let somebody in who waits, by a rule for that person."""
    asyncio.run(_admit(data_dir, person))
    typer.echo(f"{person} is let in.")


def _made(data_dir: Path | None, rule: Rule) -> None:
    rule = asyncio.run(_make(data_dir, rule))
    where = "in all countries" if rule.country == "*" else f"in {rule.country}"
    typer.echo(f"From now on, {where}: {_whom(rule)} {rule.verdict}. Running servers heed it within two seconds.")
    regions = configured(data_dir=data_dir).gate
    if rule.country not in ("*", "ZZ") and not (regions.country_header or regions.geoip_file):
        typer.echo(
            "But no country is known: set gate.country_header or gate.geoip_file. Until then all come from ZZ.",
            err=True,
        )


@asynccontextmanager
async def _opened(data_dir: Path | None) -> AsyncIterator[tuple[Availability, Accounts, Person]]:
    """With the owner, in whose name commands act."""
    from homespun.wiring import open_availability

    async with open_availability(with_data_dir(configured(data_dir=data_dir))) as (availability, accounts):
        yield availability, accounts, await accounts.ensure_owner()


async def _rules(data_dir: Path | None) -> tuple[Rule, ...]:
    async with _opened(data_dir) as (availability, _, _):
        return await availability.rules()


async def _make(data_dir: Path | None, rule: Rule) -> Rule:
    async with _opened(data_dir) as (availability, accounts, owner):
        return await availability.make(await _with_id(accounts, owner, rule))


async def _remove(data_dir: Path | None, rule: Rule) -> Rule:
    async with _opened(data_dir) as (availability, accounts, owner):
        found = await _with_id(accounts, owner, rule)
        await availability.remove(found)
        return found


async def _with_id(accounts: Accounts, owner: Person, rule: Rule) -> Rule:
    """The rule with the id of whom people call by a name or an address. Raises `NotFound`."""
    from homespun.gate import Audience

    match rule.audience:
        case Audience.PERSON:
            return replace(rule, subject=(await accounts.people.find(owner, rule.subject)).person.id)
        case Audience.TEAM:
            return replace(rule, subject=(await accounts.teams.find(owner, rule.subject)).id)
    return rule


async def _waiting(data_dir: Path | None, limit: int) -> tuple[tuple[Waiting, ...], dict[str, str]]:
    async with _opened(data_dir) as (availability, accounts, _):
        waiting = await availability.waiting(limit)
        return waiting, await accounts.people.names(one.person_id for one in waiting)


async def _admit(data_dir: Path | None, person: str) -> None:
    async with _opened(data_dir) as (availability, accounts, owner):
        await availability.admit((await accounts.people.find(owner, person)).person.id)


def _whom(rule: Rule) -> str:
    return f"{rule.audience} {rule.subject}".strip()
