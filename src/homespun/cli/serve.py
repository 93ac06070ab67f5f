"""`homespun serve`: the server, from an empty folder to the first page."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated

import typer

from .configuration import DataDir, Host, ModelName, Port, configured, sign_in_link, web_address, with_data_dir

if TYPE_CHECKING:
    from homespun.settings import Settings


def serve(
    host: Host = None,
    port: Port = None,
    data_dir: DataDir = None,
    model: ModelName = None,
    workers: Annotated[
        int | None, typer.Option(min=1, max=256, help="Server processes that share the port. [HOMESPUN_WORKERS]")
    ] = None,
    *,
    link: Annotated[
        bool, typer.Option(help="Print a sign-in link for the owner; don't where output is kept in a log.")
    ] = True,
) -> None:
    """Serve the web app and the API until Ctrl-C.

    Fetches the model first if it isn't here, and brings the database up to date. Finishes a restore that was cut off.
    """
    from homespun import wiring
    from homespun.api import listen

    from .pulling import ensure_model
    from .restoring import settle_restore

    settings = with_data_dir(configured(host=host, port=port, data_dir=data_dir, model=model, workers=workers))
    with listen(settings.host, settings.port) as listener:
        if asyncio.run(settle_restore(settings)):
            typer.echo("A restore had been cut off here; it is finished now.")
        ensure_model(settings)
        house = wiring.build(settings)
        token = asyncio.run(_sign_in_token(settings)) if link else None
        with suppress(KeyboardInterrupt):  # that is how people stop it, from when they are told so
            _greet(settings, web_address(settings.host, listener.getsockname()[1]), token)
            wiring.log_to_stderr()
            if settings.workers > 1:
                wiring.serve_with_workers(settings, listener)
            else:
                wiring.serve(house, listener)


async def _sign_in_token(settings: Settings) -> str:
    from homespun.wiring import open_accounts

    async with open_accounts(settings) as accounts:
        return await accounts.make_sign_in_link_token()


def _greet(settings: Settings, address: str, token: str | None) -> None:
    lines = [
        ("Model", settings.model),
        ("Data", str(settings.data_dir)),
        ("API", f"{address}/v1   (make a key: homespun keys create NAME)"),
        ("Open", address),
    ]
    if token:
        lines[-1] = ("Open", f"{sign_in_link(address, token)}\n{'':8}(signs the owner in, once, within 24 hours)")
    typer.secho("Homespun", bold=True)
    for name, value in lines:
        typer.echo(f"  {name:6}{value}")
    typer.echo("Stop with Ctrl-C.")
