"""`homespun bench`: how fast a server is, ours or any other that speaks OpenAI's API."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Coroutine
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import msgspec
import typer

from homespun.core.errors import Invalid, Unavailable

from .terminal import console

if TYPE_CHECKING:
    from .load import LevelFigures, Target

T = TypeVar("T")

app = typer.Typer(help="Measure speed.", no_args_is_help=True)

_REQUESTS_PER_CHAT = 4
_FEWEST_REQUESTS = 8


@app.callback()
def bench() -> None:
    """Measure speed."""


@app.command("serve")
def bench_serve(
    url: Annotated[str, typer.Option(help="The server's address.")] = "http://127.0.0.1:8000",
    key: Annotated[str, typer.Option(envvar="OPENAI_API_KEY", help="An API key of the server.")] = "none",
    model: Annotated[str | None, typer.Option(metavar="NAME", help="Left out: the first that it lists.")] = None,
    concurrency: Annotated[str, typer.Option(metavar="N,N,...", help="Chats at once, level by level.")] = "1,8,32",
    prompt_tokens: Annotated[int, typer.Option(min=1, help="Tokens of each prompt, as the server counts.")] = 100,
    max_tokens: Annotated[int, typer.Option(min=1, help="The longest answer.")] = 128,
    requests: Annotated[
        int | None, typer.Option(min=1, help="Requests at each level. Left out: four a chat, at least eight.")
    ] = None,
    extra: Annotated[
        str, typer.Option(metavar="JSON", help='More fields for each request, such as {"ignore_eos": true}.')
    ] = "{}",
    json_file: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="Write the figures there too; - is the output.")
    ] = None,
) -> None:
    """Measure any OpenAI-compatible server: tokens per second, time to first token and between tokens.

    Every chat asks again as soon as it has its answer. No two prompts are alike, so no prefix cache helps.
    """
    levels = _levels(concurrency)
    target = _target(url, key, model, extra)
    figures = _run(_measure(target, levels, prompt_tokens=prompt_tokens, max_tokens=max_tokens, requests=requests))
    report = {
        "url": url,
        "model": target.model,
        "prompt_tokens": prompt_tokens,
        "max_tokens": max_tokens,
        "levels": figures,
    }
    document = msgspec.json.format(msgspec.json.encode(report)).decode() + "\n"
    if json_file == Path("-"):
        typer.echo(document, nl=False)
        return
    _show(figures)
    if json_file:
        json_file.write_text(document, encoding="utf-8")


def _levels(concurrency: str) -> tuple[int, ...]:
    try:
        levels = tuple(int(part) for part in concurrency.split(","))
    except ValueError:
        levels = ()
    if not levels or min(levels) < 1:
        raise Invalid(f"--concurrency takes numbers from 1 up with commas between, not {concurrency!r}.")
    return levels


def _target(url: str, key: str, model: str | None, extra: str) -> Target:
    from .load import Address, Target
    from .remote import api_base, first_model

    try:
        more = msgspec.json.decode(extra, type=dict[str, Any])
    except msgspec.DecodeError as error:
        raise Invalid(f"--extra is not a JSON object: {error}.") from None
    address = Address.of(api_base(url), "/chat/completions")
    return Target(address, key, model or first_model(url, key), more)


async def _measure(
    target: Target, levels: tuple[int, ...], *, prompt_tokens: int, max_tokens: int, requests: int | None
) -> list[LevelFigures]:
    from rich.progress import Progress

    from .load import Level, measure_level, size_prompts

    figures: list[LevelFigures] = []
    # Drawing costs processor time, which the server may want: two pictures a second are enough.
    with Progress(console=console(err=True), refresh_per_second=2, transient=True) as progress:
        warming = progress.add_task("Warming up", total=None)
        prompts = await size_prompts(target, prompt_tokens)
        progress.remove_task(warming)
        for chats in levels:
            level = Level(chats, requests or max(_REQUESTS_PER_CHAT * chats, _FEWEST_REQUESTS), max_tokens)
            task = progress.add_task(f"{chats} chats", total=level.requests)
            figures.append(await measure_level(target, prompts, level, on_answer=partial(progress.advance, task)))
            if figures[-1].failed == level.requests:
                raise Unavailable(f"Every request failed. The first: {figures[-1].first_failure}")
    return figures


def _run(work: Coroutine[Any, Any, T]) -> T:
    """Runs it on uvloop where there is one: a third of asyncio's cost for each piece."""
    if sys.platform == "win32":
        return asyncio.run(work)
    import uvloop

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)


def _show(figures: list[LevelFigures]) -> None:
    from rich.table import Table

    table = Table("chats", "tokens/s", "first token, ms", "between tokens, ms", "requests", "failed", "client CPU")
    table.caption = "Times are p50 / p95. Client CPU is this program's share of one core."
    for level in figures:
        first, between = level.first_token, level.between_tokens
        table.add_row(
            str(level.concurrency),
            f"{level.tokens_per_s:,.1f}",
            f"{first.p50_ms:,.1f} / {first.p95_ms:,.1f}",
            f"{between.p50_ms:,.1f} / {between.p95_ms:,.1f}",
            str(level.requests),
            str(level.failed),
            f"{level.client_cpu:.0%}",
        )
    screen = console()
    screen.print(table)
    for level in figures:
        if level.first_failure:
            screen.print(f"At {level.concurrency} chats, the first failure: {level.first_failure}", markup=False)
