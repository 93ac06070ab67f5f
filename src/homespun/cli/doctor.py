"""`homespun doctor`: what is wrong with this installation, and the remedy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from .configuration import DataDir, ModelName, Port, configured

if TYPE_CHECKING:
    from .checks import Finding

_MARKS = {
    "good": ("ok  ", typer.colors.GREEN),
    "odd": ("note", typer.colors.YELLOW),
    "bad": ("BAD ", typer.colors.RED),
}


def doctor(data_dir: DataDir = None, model: ModelName = None, port: Port = None) -> None:
    """Look for what is wrong with this installation and name the remedy; exit status 1 if anything is.

    Changes nothing, but loads the model and lets it answer one word.
    """
    settings = configured(data_dir=data_dir, model=model, port=port)
    from .checks import findings

    verdicts = [_show(finding) for finding in findings(settings)]
    bad = verdicts.count("bad")
    typer.echo(f"\n{bad} of {len(verdicts)} findings are bad." if bad else "\nAll is well.")
    raise typer.Exit(1 if bad else 0)


def _show(finding: Finding) -> str:
    mark, colour = _MARKS[finding.verdict]
    typer.secho(mark, fg=colour, nl=False)
    typer.echo(f" {finding.subject:10} {finding.said}")
    if finding.remedy:
        typer.echo(f"{'':16}{finding.remedy}")
    return finding.verdict
