"""`homespun learn tidy`: frees the disk of what finished improvements have left."""

from __future__ import annotations

import typer

from .configuration import DataDir, configured, with_data_dir


def tidy(data_dir: DataDir = None) -> None:
    """Take away models and checkpoints of finished improvements: releases have their own. Cards and curves stay."""
    from homespun.learning import tidying
    from homespun.learning.runs import Runs

    runs = Runs(with_data_dir(configured(data_dir=data_dir)).data_dir / "learning" / "runs")
    with runs.alone():
        freed = tidying.tidy(runs.all())
    typer.echo(f"{freed / 1e6:,.1f} MB are free again.")
