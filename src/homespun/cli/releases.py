"""`homespun releases`: which models answer people, and how a new one comes among them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from .configuration import DataDir, configured, with_data_dir
from .exporting import export
from .terminal import console, harmless

if TYPE_CHECKING:
    from homespun.releases import Change, Ending, Evidence, Release, Rollout, ShadowEvidence
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
    typer.echo(f"{release.name} is {described(release)}.")
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
        _show_rollout(*rollout)
    for change in changes:
        typer.echo(f"{change.at:%Y-%m-%d %H:%M}  {change.after}, by {harmless(change.by)}. {harmless(change.why)}")


@app.command("promote")
def promote(
    name: Name,
    *,
    gradually: Annotated[
        bool, typer.Option("--gradually", help="Roll it out step by step; else it answers everybody at once.")
    ] = False,
    without_shadow: Annotated[
        bool, typer.Option("--without-shadow", help="Rolled out, it answers people at once; one in shadow leaves it.")
    ] = False,
    why: Why = "",
    data_dir: DataDir = None,
) -> None:
    """Make a release the champion, or roll it out. Running servers follow within seconds."""
    settings = with_data_dir(configured(data_dir=data_dir))
    typer.echo(asyncio.run(_promote(settings, name, why, gradually=gradually, without_shadow=without_shadow)))


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


def described(release: Release) -> str:
    """How it stands, as the end of a sentence that begins with its name."""
    passed = "" if release.has_passed else ", and has not passed its examination"
    return {"champion": "the champion", "retired": "retired", "shadow": "in shadow"}.get(
        release.state, f"a {release.state}"
    ) + passed


def _show_rollout(rollout: Rollout, evidence: Evidence, shadow: ShadowEvidence) -> None:
    if shadow.answers or rollout.is_in_shadow:
        typer.echo(_in_shadow(shadow))
    if not rollout.is_in_shadow:
        typer.echo(_rolled_out(rollout, evidence))


def _in_shadow(shadow: ShadowEvidence) -> str:
    facts = [
        f"its own {_endings(shadow.endings)}, the champion's {_endings(shadow.champion_endings)}",
        f"e-value {shadow.harm:.3g} of harm",
    ]
    if shadow.length_ratio is not None:
        facts.append(f"{shadow.length_ratio:.2f} times as long as the champion's")
    if shadow.tokens_per_s is not None and shadow.champion_tokens_per_s is not None:
        facts.append(f"{shadow.tokens_per_s:.0f} tokens a second to {shadow.champion_tokens_per_s:.0f}")
    return f"shadow    {shadow.answers} answers of {shadow.wanted}, which nobody saw: {'; '.join(facts)}"


def _endings(endings: Mapping[Ending, int]) -> str:
    return ", ".join(f"{count} {ending}" for ending, count in sorted(endings.items())) or "none"


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
) -> tuple[Release, object, tuple[Change, ...], tuple[Rollout, Evidence, ShadowEvidence] | None]:
    from homespun.wiring import open_releases

    async with open_releases(settings) as (releases, rollouts):
        release = await releases.one(name)
        card = await asyncio.to_thread(releases.folders.card, release.digest)
        own = [one for one in await releases.rollouts() if one.candidate_id == release.id]
        rollout = (own[0], await rollouts.evidence(own[0].id), await rollouts.shadow(own[0].id)) if own else None
        return release, card, await releases.changes(release.id), rollout


async def _promote(settings: Settings, name: str, why: str, *, gradually: bool, without_shadow: bool) -> str:
    from homespun.wiring import open_releases

    async with open_releases(settings) as (releases, _):
        if gradually:
            rollout = await releases.begin_rollout(name, by=_BY, why=why, without_shadow=without_shadow)
            release = await releases.one(rollout.candidate_id)
            if rollout.is_in_shadow:
                wanted = settings.releases.shadow_answers
                return f"{release.name} gives {wanted} answers in shadow, which nobody sees. Then it answers people."
            return f"{release.name} answers {rollout.share:.0%} of the people."
        return f"{(await releases.promote(name, by=_BY, why=why)).name} answers everybody."


async def _rollback(settings: Settings, why: str) -> Release:
    from homespun.wiring import open_releases

    async with open_releases(settings) as (releases, _):
        return await releases.rollback(by=_BY, why=why)
