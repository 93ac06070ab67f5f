"""`homespun releases`: which models answer people, and how a new one comes among them."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Annotated

import typer

from .configuration import DataDir, configured, with_data_dir
from .exporting import export
from .terminal import console, harmless

if TYPE_CHECKING:
    from homespun.releases import Change, Evidence, Release, Rollout
    from homespun.settings import Settings

app = typer.Typer(help="See which models answer people; promote one, take one back.", no_args_is_help=True)

_BY = "command"

Name = Annotated[str, typer.Argument(help="Its number, <model>@<number>, its id, or the beginning of its digest.")]
Why = Annotated[str, typer.Option(metavar="TEXT", help="The reason, for the book of changes.")]


@app.command("list")
def list_releases(data_dir: DataDir = None) -> None:
    """Show all releases, the newest first, and the rollout that is going on."""
    from rich.table import Table

    releases, rollout = asyncio.run(_list(with_data_dir(configured(data_dir=data_dir))))
    if not releases:
        typer.echo("There are no releases yet. The server's first start makes one of the installed model.")
        return
    table = Table("number", "state", "share", "model", "digest", "made", "problem", box=None, pad_edge=False)
    for one in releases:
        made, problem = f"{one.created_at:%Y-%m-%d}", harmless(one.problem)
        table.add_row(
            str(one.number), one.state, _share(one, rollout), harmless(one.model), one.digest[:12], made, problem
        )
    console().print(table, markup=False)


@app.command("show")
def show(name: Name, data_dir: DataDir = None) -> None:
    """Show all that is known of a release: its recipe, its examination, its steps, what votes on it prove."""
    release, card, changes, rollout = asyncio.run(_show(with_data_dir(configured(data_dir=data_dir)), name))
    typer.echo(f"{release.name} is {_described(release)}.")
    typer.echo(f"digest    {release.digest}")
    typer.echo(f"base      {harmless(release.base_digest)}")
    typer.echo(f"snapshot  {harmless(release.snapshot_digest or 'none')}")
    typer.echo(f"recipe    {harmless(json.dumps(release.recipe, ensure_ascii=False))}")
    typer.echo(f"folder    {release.folder}")
    if release.problem:
        typer.echo(f"problem   {harmless(release.problem)}")
    if card is not None:
        typer.echo(f"card      {harmless(json.dumps(card, ensure_ascii=False))}")
    if rollout:
        typer.echo(_rolled_out(*rollout))
    for change in changes:
        typer.echo(f"{change.at:%Y-%m-%d %H:%M}  {change.after}, by {harmless(change.by)}. {harmless(change.why)}")


@app.command("promote")
def promote(
    name: Name,
    *,
    gradually: Annotated[
        bool, typer.Option("--gradually", help="Roll it out step by step; else it answers everybody at once.")
    ] = False,
    why: Why = "",
    data_dir: DataDir = None,
) -> None:
    """Make a release the champion, or roll it out. Running servers follow within seconds."""
    settings = with_data_dir(configured(data_dir=data_dir))
    typer.echo(asyncio.run(_promote(settings, name, why, gradually=gradually)))


@app.command("rollback")
def rollback(why: Why = "It was taken back.", data_dir: DataDir = None) -> None:
    """Take back the canary, or else the champion, whose predecessor returns. Running servers follow within seconds."""
    champion = asyncio.run(_rollback(with_data_dir(configured(data_dir=data_dir)), why))
    typer.echo(f"{champion.name} answers everybody.")


app.command("export")(export)


def _share(release: Release, rollout: Rollout | None) -> str:
    if rollout is None:
        return "100%" if release.state == "champion" else ""
    shares = {rollout.candidate_id: rollout.share, rollout.champion_id: 1 - rollout.share}
    return f"{shares[release.id]:.0%}" if release.id in shares else ""


def _described(release: Release) -> str:
    passed = "" if release.has_passed else ", and has not passed its examination"
    return f"{'the' if release.state == 'champion' else 'a'} {release.state}{passed}".replace("a retired", "retired")


def _rolled_out(rollout: Rollout, evidence: Evidence) -> str:
    return (
        f"rollout   {rollout.outcome}, {rollout.share:.0%} of the people, {rollout.votes} votes: "
        f"{evidence.comparisons_won} of {evidence.comparisons} comparisons won; "
        f"thumbs up {evidence.candidate_thumbs_up} of {evidence.candidate_thumbs}, "
        f"the champion's {evidence.champion_thumbs_up} of {evidence.champion_thumbs}; "
        f"e-values {evidence.wins:.3g} that it is preferred, {evidence.harm:.3g} of harm"
    )


async def _list(settings: Settings) -> tuple[tuple[Release, ...], Rollout | None]:
    from homespun.wiring import open_releases

    async with open_releases(settings) as (releases, _):
        _, rollout = await releases.live()
        return await releases.all(), rollout


async def _show(
    settings: Settings, name: str
) -> tuple[Release, object, tuple[Change, ...], tuple[Rollout, Evidence] | None]:
    from homespun.wiring import open_releases

    async with open_releases(settings) as (releases, rollouts):
        release = await releases.one(name)
        card = await asyncio.to_thread(releases.folders.card, release.digest)
        own = [one for one in await releases.rollouts() if one.candidate_id == release.id]
        rollout = (own[0], await rollouts.evidence(own[0].id)) if own else None
        return release, card, await releases.changes(release.id), rollout


async def _promote(settings: Settings, name: str, why: str, *, gradually: bool) -> str:
    from homespun.wiring import open_releases

    async with open_releases(settings) as (releases, _):
        if gradually:
            rollout = await releases.begin_rollout(name, by=_BY, why=why)
            release = await releases.one(rollout.candidate_id)
            return f"{release.name} answers {rollout.share:.0%} of the people."
        return f"{(await releases.promote(name, by=_BY, why=why)).name} answers everybody."


async def _rollback(settings: Settings, why: str) -> Release:
    from homespun.wiring import open_releases

    async with open_releases(settings) as (releases, _):
        return await releases.rollback(by=_BY, why=why)
