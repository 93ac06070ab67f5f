"""`homespun learn`: from what people said to a better model, step by step or all at once."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec
import typer

from homespun.core.errors import Conflict, Invalid, NotFound

from .configuration import DataDir, configured, with_data_dir
from .learning_progress import improvement_shown
from .releases import described
from .terminal import harmless
from .tidying import tidy

if TYPE_CHECKING:
    from homespun.learning.recipes import Recipe
    from homespun.learning.runs import Run, Step
    from homespun.learning.snapshots import Erasure
    from homespun.learning_wiring import Workshop
    from homespun.settings import Settings

app = typer.Typer(help="Make a better model of what people said of answers.", no_args_is_help=True)

REJECTED = 3
"""The exit status of an improvement that did not pass its examination."""

Methods = Annotated[
    list[str] | None,
    typer.Option("--method", metavar="NAME", help="sft, dpo, kto, reward or grpo; several train one after the other."),
]
Full = Annotated[bool, typer.Option("--full", help="Train all weights, not low-rank adapters.")]
Seed = Annotated[int, typer.Option(min=0, help="Another one gives another model of the same data.")]
Numbers = Annotated[
    str, typer.Option(metavar="JSON", help='Numbers that differ from the defaults: {"sft": {"epochs": 3}}.')
]
Estimate = Annotated[bool, typer.Option("--estimate/--no-estimate", help="Try first how long a training will take.")]
Afresh = Annotated[bool, typer.Option("--new", help="Begin a new improvement, even if one can go on.")]


@app.command("snapshot")
def snapshot(data_dir: DataDir = None) -> None:
    """Begin an improvement: what people said who consent becomes labels that nothing changes any more."""
    _improve(data_dir, "snapshot", recipe=None, is_new=True)


@app.command("train")
def train(
    *,
    method: Methods = None,
    full: Full = False,
    seed: Seed = 0,
    hyper: Numbers = "{}",
    estimate: Estimate = True,
    data_dir: DataDir = None,
) -> None:
    """Train on the newest snapshot, or go on with a training that was stopped."""
    _improve(data_dir, "train", recipe=_recipe(method, hyper, seed, is_full=full), estimates=estimate)


@app.command("examine")
def examine(data_dir: DataDir = None) -> None:
    """Examine the model that was trained last against the champion."""
    _improve(data_dir, "examine", recipe=None)


@app.command("propose")
def propose(data_dir: DataDir = None) -> None:
    """Make a release of the model that has passed its examination: a candidate, which answers nobody yet."""
    _improve(data_dir, "propose", recipe=None)


@app.command("run")
def run(
    *,
    method: Methods = None,
    full: Full = False,
    seed: Seed = 0,
    hyper: Numbers = "{}",
    estimate: Estimate = True,
    new: Afresh = False,
    run: Annotated[
        str | None, typer.Option(metavar="ID", help="The improvement to go on with, trained as it was begun.")
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Do all steps, from snapshot to rollout, or go on where they were stopped."""
    recipe = None if run else _recipe(method, hyper, seed, is_full=full)
    _improve(data_dir, "roll_out", recipe=recipe, is_new=new, estimates=estimate, run_id=run)


@app.command("report")
def report(
    file: Annotated[Path, typer.Argument(help="The page to write.")] = Path("improvement.html"),
    *,
    run: Annotated[str | None, typer.Option(metavar="ID", help="The improvement. Left out: the newest.")] = None,
    language: Annotated[Literal["en", "zh"], typer.Option(help="The language of the page.")] = "en",
    data_dir: DataDir = None,
) -> None:
    """Write a page about an improvement: data, curves, examination, answers side by side, its way among the people."""
    page = asyncio.run(_report(configured(data_dir=data_dir), run, language))
    file.write_text(page, encoding="utf-8")
    typer.echo(f"{file} is written.")


@app.command("erase")
def erase(
    person: Annotated[str, typer.Argument(metavar="ID", help="The person's id, as `homespun people list` shows it.")],
    *,
    data_dir: DataDir = None,
) -> None:
    """Take what a person said out of all snapshots, and name the releases that were trained on it."""
    erased = asyncio.run(_erase(configured(data_dir=data_dir), person))
    typer.echo(f"Snapshots written anew without {harmless(person)}: {len(erased.rewritten)}.")
    for release_id in erased.marked_releases:
        typer.echo(f"The release {release_id} was trained on what they said. Train another, and retire it.")


app.command("tidy")(tidy)


def _recipe(methods: Sequence[str] | None, hyper: str, seed: int, *, is_full: bool) -> Recipe:
    from homespun.learning.jobs import Adapter, Method
    from homespun.learning.recipes import Recipe

    wanted = methods or [Method.SFT]
    if unknown := [name for name in wanted if name not in [*Method]]:
        raise Invalid(f"There is no method {unknown[0]!r}; there are {', '.join(Method)}.", param="method")
    try:
        numbers = msgspec.json.decode(hyper, type=dict[Method, dict[str, Any]])
    except msgspec.DecodeError as error:
        raise Invalid(f"--hyper is wrong: {error}.", param="hyper") from None
    return Recipe(tuple(map(Method, wanted)), Adapter.FULL if is_full else Adapter.LORA, seed, numbers)


def _improve(
    data_dir: Path | None,
    until: str,
    *,
    recipe: Recipe | None,
    is_new: bool = False,
    estimates: bool = True,
    run_id: str | None = None,
) -> None:
    """Goes as far as that step and says what came of it. Exits with `REJECTED` for a model that isn't good enough."""
    from homespun.learning.runs import RunState, Step

    settings = with_data_dir(configured(data_dir=data_dir))
    done = asyncio.run(_improved(settings, Step(until), recipe, is_new=is_new, estimates=estimates, run_id=run_id))
    if done.state is RunState.REJECTED:
        raise typer.Exit(REJECTED)


async def _improved(
    settings: Settings, until: Step, recipe: Recipe | None, *, is_new: bool, estimates: bool, run_id: str | None
) -> Run:
    from homespun.learning_wiring import open_workshop

    async with open_workshop(settings, estimates=estimates) as workshop:
        run = _named(workshop, run_id) if run_id else _chosen(workshop, until, recipe, is_new=is_new)
        typer.echo(f"Improvement {run.id}", err=True)
        with improvement_shown() as tell:
            await workshop.improving.improve(run, tell, until=until)
        typer.echo(await _outcome(workshop, run, until))
        return run


def _named(workshop: Workshop, run_id: str) -> Run:
    run = workshop.improving.runs.one(run_id)
    if run is None:
        raise NotFound(f"There is no improvement {run_id}.")
    return run


def _chosen(workshop: Workshop, until: Step, recipe: Recipe | None, *, is_new: bool) -> Run:
    """The improvement to go on with, or a new one. Raises `Conflict` where a step has none before it."""
    from homespun.learning.recipes import Recipe
    from homespun.learning.runs import Step

    improving = workshop.improving
    newest = improving.runs.newest()
    if is_new:
        return improving.begin(recipe or Recipe())
    if unfinished := improving.unfinished(recipe):
        return unfinished
    if until in (Step.EXAMINE, Step.PROPOSE):
        raise Conflict("There is nothing that goes on. Train first: `homespun learn train`, or `homespun learn run`.")
    if until is Step.TRAIN and newest and newest.snapshot_digest:
        return improving.begin(recipe or Recipe(), snapshot_digest=newest.snapshot_digest)
    return improving.begin(recipe or Recipe())


async def _outcome(workshop: Workshop, run: Run, until: Step) -> str:
    """What has come of it, and what to do next."""
    from homespun.learning.runs import RunState, Step

    if run.state is RunState.REJECTED:
        return "It has not passed its examination; the champion stays. `homespun learn report` shows why."
    if until is Step.SNAPSHOT:
        manifest = workshop.snapshots.one(run.snapshot_digest or "").manifest
        counts = ", ".join(f"{sum(each.values())} {kind}" for kind, each in manifest.counts.items())
        return f"Snapshot {run.snapshot_digest}: {counts}, of {manifest.people} people. Next: `homespun learn train`."
    if until is Step.TRAIN:
        return f"The model is in {run.model}. Next: `homespun learn examine`."
    if until is Step.EXAMINE:
        return "It has passed its examination. Next: `homespun learn propose`."
    release = await workshop.releases.one(run.release_id or "")
    if run.state is RunState.ROLLED_OUT:
        return f"{release.name} is {described(release)}. `homespun releases show` tells how it goes on."
    name = harmless(release.name)
    return f"{name} is a candidate. `homespun releases promote {name} --gradually` brings it among the people."


async def _report(settings: Settings, run_id: str | None, language: Literal["en", "zh"]) -> str:
    from homespun.learning.report import page_of
    from homespun.learning_wiring import open_workshop

    async with open_workshop(settings) as workshop:
        runs = workshop.improving.runs.all()
        found = next((run for run in runs if run_id in (None, run.id)), None)
        if found is None:
            raise Conflict("There is no such improvement yet. `homespun learn run` makes one.")
        return await page_of(
            found, language, snapshots=workshop.snapshots, releases=workshop.releases, rollouts=workshop.rollouts
        )


async def _erase(settings: Settings, person_id: str) -> Erasure:
    from homespun.learning_wiring import open_workshop

    async with open_workshop(settings) as workshop:
        return await workshop.snapshots.erase(person_id)
