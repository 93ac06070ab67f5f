"""`homespun keys`: API keys for programs."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from . import key_options
from .configuration import DataDir, configured, with_data_dir
from .terminal import console, harmless, minute

if TYPE_CHECKING:
    from homespun.accounts import ApiKey, NewKey
    from homespun.settings import Settings

app = typer.Typer(help="Make, list and revoke API keys.", no_args_is_help=True)


@app.command("create")
def create_key(
    name: Annotated[str, typer.Argument(help="What the key is for; you will recognise it by this.")],
    scope: Annotated[
        list[str] | None,
        typer.Option(metavar="SCOPE", help="What it may do: chat, models, usage, admin; else the first three."),
    ] = None,
    model: Annotated[list[str] | None, typer.Option(metavar="NAME", help="A model it may ask; else all.")] = None,
    budget: Annotated[
        str | None, typer.Option(metavar="AMOUNT", help="The most it may spend: 12.50/month or 12.50/ever.")
    ] = None,
    expires: Annotated[str | None, typer.Option(metavar="TIME", help="When it ends: 30d, 12h, 2027-01-31.")] = None,
    network: Annotated[
        list[str] | None, typer.Option(metavar="CIDR", help="A network it may be used from; else everywhere.")
    ] = None,
    project: Annotated[str | None, typer.Option(metavar="ID", help="The team's project that it belongs to.")] = None,
    person: Annotated[
        str | None, typer.Option(metavar="WHO", help="Whose it is, by id, e-mail or phone; else the owner's.")
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Make a key and print its secret, the only time that it can be seen.

    The secret alone goes to the standard output, so that KEY=$(homespun keys create NAME) keeps it.
    """
    from homespun.accounts import NewKey
    from homespun.core.clock import SystemClock

    new = NewKey(
        name,
        scopes=key_options.scopes(scope or []),
        models=tuple(model or ()),
        budget=key_options.budget(budget) if budget else None,
        expires_at=key_options.expiry(expires, SystemClock().now()) if expires else None,
        networks=tuple(network or ()),
        project_id=project,
    )
    key, secret = asyncio.run(_create(with_data_dir(configured(data_dir=data_dir)), new, person))
    typer.echo(f"The key {key.name!r} ({key.id}). Keep the secret; it is not shown again.", err=True)
    typer.echo(secret)


@app.command("list")
def list_keys(data_dir: DataDir = None) -> None:
    """Show all keys, newest first, without their secrets."""
    from rich.table import Table

    keys = asyncio.run(_list(with_data_dir(configured(data_dir=data_dir))))
    if not keys:
        typer.echo("There are no keys yet. `homespun keys create NAME` makes one.")
        return
    table = Table(
        "name", "begins with", "id", "limits", "made", "last used", "expires", "revoked", box=None, pad_edge=False
    )
    for key in keys:
        moments = (key.created_at, key.last_used_at, key.expires_at, key.revoked_at)
        table.add_row(harmless(key.name), key.prefix + "...", key.id, _limits(key), *map(minute, moments))
    console().print(table)


@app.command("revoke")
def revoke_key(
    key: Annotated[str, typer.Argument(help="The key's id, name, or the beginning of its secret as listed.")],
    data_dir: DataDir = None,
) -> None:
    """End a key. A running server refuses it within a second."""
    revoked = asyncio.run(_revoke(with_data_dir(configured(data_dir=data_dir)), key))
    typer.echo(f"The key {revoked.name!r} ({revoked.id}) is revoked.")


async def _create(settings: Settings, new: NewKey, person: str | None) -> tuple[ApiKey, str]:
    from homespun.wiring import open_accounts

    async with open_accounts(settings) as accounts:
        owner = await accounts.ensure_owner()
        whose = (await accounts.people.find(owner, person)).person if person else owner
        return await accounts.keys.create(whose, new)


async def _list(settings: Settings) -> tuple[ApiKey, ...]:
    from homespun.wiring import open_accounts

    async with open_accounts(settings) as accounts:
        return await accounts.list_keys()


async def _revoke(settings: Settings, which: str) -> ApiKey:
    from homespun.wiring import open_accounts

    async with open_accounts(settings) as accounts:
        return await accounts.revoke_key(which)


def _limits(key: ApiKey) -> str:
    """What it is good for, where that isn't everything."""
    from homespun.accounts import USUAL_SCOPES

    parts = [
        "" if key.scopes == USUAL_SCOPES else " ".join(sorted(key.scopes)),
        "models " + " ".join(key.models) if key.models else "",
        f"at most {key.budget.micros / 1_000_000:g}/{key.budget.period}" if key.budget else "",
        "from " + " ".join(key.networks) if key.networks else "",
        f"in {key.project_id}" if key.project_id else "",
    ]
    return "; ".join(part for part in parts if part) or "-"
