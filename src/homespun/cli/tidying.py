"""`homespun learn tidy`: frees the disk of what finished improvements have left."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

from .configuration import DataDir, configured, with_data_dir

if TYPE_CHECKING:
    from homespun.releases import Release


def tidy(data_dir: DataDir = None) -> None:
    """Take away models and checkpoints of finished improvements: releases have their own. Cards and curves stay.

    And the weights of those that learned from somebody who was removed.
    """
    from homespun.learning import tidying
    from homespun.learning.runs import Runs
    from homespun.learning.snapshots import Snapshots
    from homespun.learning.unlearning import unlearn

    settings = with_data_dir(configured(data_dir=data_dir))
    runs = Runs(settings.data_dir / "learning" / "runs")
    with runs.alone():
        freed = tidying.tidy(runs.all())
    unlearned = unlearn(runs, Snapshots(settings.data_dir, settings.curation, _no_releases).trainable())
    typer.echo(f"{freed / 1e6:,.1f} MB are free again.")
    if unlearned:
        typer.echo(f"Improvements that had learned from somebody who was removed, and lost their weights: {unlearned}.")


async def _no_releases() -> Sequence[Release]:
    """Nothing is erased here, for which one would have to know them."""
    return ()
