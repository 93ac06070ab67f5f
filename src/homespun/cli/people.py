"""`homespun people`: who may use this installation. Whoever sits at its terminal acts as its owner."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from homespun.core.errors import Invalid

from .configuration import DataDir, configured, with_data_dir
from .terminal import console, harmless, minute

if TYPE_CHECKING:
    from homespun.accounts import Accounts, Person, Profile, Role, TeamRole

app = typer.Typer(help="See, invite, ban and remove people.", no_args_is_help=True)

Who = Annotated[str, typer.Argument(metavar="PERSON", help="The person's id, e-mail address or phone number.")]


@app.command("list")
def list_people(
    *,
    search: Annotated[str, typer.Option(metavar="TEXT", help="How the name or the e-mail address begins.")] = "",
    visitors: Annotated[bool, typer.Option("--visitors", help="Visitors instead of people.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=1000, metavar="N", help="How many at most.")] = 50,
    data_dir: DataDir = None,
) -> None:
    """Show people, newest first."""
    from rich.table import Table

    people, are_more = asyncio.run(_list(data_dir, search, limit, are_visitors=visitors))
    table = Table("name", "role", "status", "e-mail", "phone", "id", "since", box=None, pad_edge=False)
    for profile in people:
        person = profile.person
        contacts = (profile.email or "-", profile.phone or "-")
        since = minute(profile.created_at)
        table.add_row(harmless(person.name), person.role, profile.status, *contacts, person.id, since)
    console().print(table)
    if are_more:
        typer.echo(f"There are more than {limit}. Narrow them down with --search, or raise --limit.", err=True)


@app.command("invite")
def invite(
    email: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Send it there; else the link is printed.")
    ] = None,
    role: Annotated[
        str, typer.Option(metavar="ROLE", help="What they become here: member, admin or owner.")
    ] = "member",
    team: Annotated[str | None, typer.Option(metavar="TEAM", help="A team to join, by id or name.")] = None,
    team_role: Annotated[
        str, typer.Option(metavar="ROLE", help="What they become there: member, reviewer, trainer, admin or owner.")
    ] = "member",
    data_dir: DataDir = None,
) -> None:
    """Invite somebody, once. The link alone goes to the standard output."""
    link = asyncio.run(_invite(data_dir, email, installation_role(role), team, role_in_team(team_role)))
    if link is None:
        typer.echo(f"The invitation is on its way to {email}.", err=True)
    else:
        typer.echo("Whoever opens this link first is in. Send it to nobody else.", err=True)
        typer.echo(link)


@app.command("ban")
def ban(person: Who, data_dir: DataDir = None) -> None:
    """Keep somebody out until `homespun people unban`: their sessions end within a second."""
    typer.echo(f"{_name(asyncio.run(_ban(data_dir, person)))} is banned.")


@app.command("unban")
def unban(person: Who, data_dir: DataDir = None) -> None:
    """Let somebody in again."""
    typer.echo(f"{_name(asyncio.run(_unban(data_dir, person)))} may come in again.")


@app.command("remove")
def remove(
    person: Who,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Remove somebody for good: keys and sessions end, name and addresses are deleted."""
    if not yes:
        typer.confirm(f"Remove {person} for good?", abort=True, err=True)
    typer.echo(f"{asyncio.run(_remove(data_dir, person))} is removed.")


@app.command("role")
def set_role(
    person: Who,
    role: Annotated[str, typer.Argument(metavar="ROLE", help="member, admin or owner.")],
    data_dir: DataDir = None,
) -> None:
    """Give somebody another role. There is always at least one owner."""
    changed = asyncio.run(_set_role(data_dir, person, installation_role(role)))
    typer.echo(f"{harmless(changed.name)} ({changed.id}) is {changed.role} now.")


def installation_role(text: str) -> Role:
    """Raises `Invalid` for what isn't one that can be given."""
    from homespun.accounts import Role

    if text not in (Role.MEMBER, Role.ADMIN, Role.OWNER):
        raise Invalid("Roles are member, admin and owner.", param="role")
    return Role(text)


def role_in_team(text: str) -> TeamRole:
    """Raises `Invalid` for what isn't one."""
    from homespun.accounts import TeamRole

    try:
        return TeamRole(text)
    except ValueError:
        raise Invalid(f"Roles in a team are {', '.join(TeamRole)}.", param="role") from None


@asynccontextmanager
async def as_owner(data_dir: Path | None) -> AsyncIterator[tuple[Accounts, Person]]:
    """The accounts, and the owner, in whose name commands act."""
    from homespun.wiring import open_accounts

    async with open_accounts(with_data_dir(configured(data_dir=data_dir))) as accounts:
        yield accounts, await accounts.ensure_owner()


async def _list(
    data_dir: Path | None, search: str, limit: int, *, are_visitors: bool
) -> tuple[tuple[Profile, ...], bool]:
    from homespun.accounts import PersonKind

    kind = PersonKind.VISITOR if are_visitors else PersonKind.PERSON
    async with as_owner(data_dir) as (accounts, owner):
        page = await accounts.people.list(owner, search=search, kind=kind, limit=limit)
        return page.values, bool(page.next_cursor)


async def _invite(
    data_dir: Path | None, email: str | None, role: Role, team: str | None, team_role: TeamRole
) -> str | None:
    from homespun.accounts import NewInvitation

    async with as_owner(data_dir) as (accounts, owner):
        team_id = (await accounts.teams.find(owner, team)).id if team else None
        new = NewInvitation(email=email, role=role, team_id=team_id, team_role=team_role)
        _, token = await accounts.invitations.create(owner, new)
        return accounts.invitations.link(token) if token else None


async def _ban(data_dir: Path | None, person: str) -> Profile:
    async with as_owner(data_dir) as (accounts, owner):
        return await accounts.people.ban(owner, (await accounts.people.find(owner, person)).person.id)


async def _unban(data_dir: Path | None, person: str) -> Profile:
    async with as_owner(data_dir) as (accounts, owner):
        return await accounts.people.unban(owner, (await accounts.people.find(owner, person)).person.id)


async def _remove(data_dir: Path | None, person: str) -> str:
    async with as_owner(data_dir) as (accounts, owner):
        found = await accounts.people.find(owner, person)
        await accounts.people.remove(owner, found.person.id)
        return _name(found)


async def _set_role(data_dir: Path | None, person: str, role: Role) -> Person:
    async with as_owner(data_dir) as (accounts, owner):
        return await accounts.people.set_role(owner, (await accounts.people.find(owner, person)).person.id, role)


def _name(profile: Profile) -> str:
    return f"{harmless(profile.person.name)} ({profile.person.id})"
