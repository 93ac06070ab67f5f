"""`homespun teams`: people who share projects, and perhaps a purse."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .configuration import DataDir
from .people import Who, as_owner, role_in_team
from .terminal import console, harmless, minute

if TYPE_CHECKING:
    from homespun.accounts import Accounts, Member, Person, Project, Team, TeamRole

app = typer.Typer(help="Make teams and decide who is in them.", no_args_is_help=True)

Which = Annotated[str, typer.Argument(metavar="TEAM", help="The team's id or name.")]


@app.command("create")
def create(
    name: Annotated[str, typer.Argument(help="What the team is called.")],
    *,
    pays: Annotated[bool, typer.Option("--pays", help="The team pays for what its members do.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Make a team, which you own. Its id alone goes to the standard output."""
    team = asyncio.run(_create(data_dir, name, is_paying=pays))
    typer.echo(f"The team {team.name!r}. `homespun teams add` puts people into it.", err=True)
    typer.echo(team.id)


@app.command("list")
def list_teams(data_dir: DataDir = None) -> None:
    """Show teams, newest first, with who is in them and their projects."""
    from rich.table import Table

    table = Table("name", "id", "pays", "members", "projects", "since", box=None, pad_edge=False)
    for team, members, projects in asyncio.run(_list(data_dir)):
        who = ", ".join(f"{harmless(member.person.name)} ({member.role})" for member in members)
        what = ", ".join(f"{harmless(project.name)} ({project.id})" for project in projects)
        pays = "yes" if team.pays_for_members else "no"
        table.add_row(harmless(team.name), team.id, pays, who or "-", what or "-", minute(team.created_at))
    console().print(table)


@app.command("add")
def add(
    team: Which,
    person: Who,
    role: Annotated[str, typer.Option(metavar="ROLE", help="member, reviewer, trainer, admin or owner.")] = "member",
    data_dir: DataDir = None,
) -> None:
    """Put somebody who is here into a team; who isn't is invited: `homespun people invite --team`."""
    asyncio.run(_add(data_dir, team, person, role_in_team(role)))
    typer.echo(f"{person} is {role} of {team}.")


@app.command("remove")
def remove(team: Which, person: Who, data_dir: DataDir = None) -> None:
    """Take somebody out of a team; their keys of its projects end within a second."""
    asyncio.run(_remove(data_dir, team, person))
    typer.echo(f"{person} is no longer in {team}.")


@app.command("project")
def make_project(
    team: Which,
    name: Annotated[str, typer.Argument(help="What the project is called.")],
    data_dir: DataDir = None,
) -> None:
    """Make a project of a team's, for keys: `homespun keys create --project`. Its id goes to the standard output."""
    project = asyncio.run(_make_project(data_dir, team, name))
    typer.echo(f"The project {project.name!r}.", err=True)
    typer.echo(project.id)


async def _create(data_dir: Path | None, name: str, *, is_paying: bool) -> Team:
    async with as_owner(data_dir) as (accounts, owner):
        return await accounts.teams.create(owner, name, pays_for_members=is_paying)


async def _list(data_dir: Path | None) -> list[tuple[Team, tuple[Member, ...], tuple[Project, ...]]]:
    found = []
    async with as_owner(data_dir) as (accounts, owner):
        cursor: str | None = ""
        while cursor is not None:
            page = await accounts.teams.list(owner, cursor=cursor)
            for team in page.values:
                members = await _members(accounts, owner, team.id)
                found.append((team, members, await accounts.projects.list(owner, team.id)))
            cursor = page.next_cursor or None
    return found


async def _members(accounts: Accounts, owner: Person, team_id: str) -> tuple[Member, ...]:
    found: list[Member] = []
    cursor: str | None = ""
    while cursor is not None:
        page = await accounts.teams.members(owner, team_id, cursor=cursor)
        found += page.values
        cursor = page.next_cursor or None
    return tuple(found)


async def _add(data_dir: Path | None, team: str, person: str, role: TeamRole) -> None:
    async with as_owner(data_dir) as (accounts, owner):
        team_id = (await accounts.teams.find(owner, team)).id
        person_id = (await accounts.people.find(owner, person)).person.id
        await accounts.teams.add_member(owner, team_id, person_id, role)


async def _remove(data_dir: Path | None, team: str, person: str) -> None:
    async with as_owner(data_dir) as (accounts, owner):
        team_id = (await accounts.teams.find(owner, team)).id
        person_id = (await accounts.people.find(owner, person)).person.id
        await accounts.teams.remove_member(owner, team_id, person_id)


async def _make_project(data_dir: Path | None, team: str, name: str) -> Project:
    async with as_owner(data_dir) as (accounts, owner):
        return await accounts.projects.create(owner, (await accounts.teams.find(owner, team)).id, name)
