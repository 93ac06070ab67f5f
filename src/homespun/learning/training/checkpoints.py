"""Checkpoints that are whole or not there: a killed training goes on from the last that was written to its end."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

from homespun.core.errors import TrainingFailed

_WHOLE = "whole"
"""An empty file, written when all others are on the disk."""


def last_checkpoint(folder: Path) -> Path | None:
    """The newest whole one. Removes those in whose midst a training was killed."""
    found = sorted(folder.glob("checkpoint-*"), key=lambda path: int(path.name.rpartition("-")[2]))
    for path in found:
        if not (path / _WHOLE).exists():
            shutil.rmtree(path)
    return next((path for path in reversed(found) if path.exists()), None)


def _mark_whole(folder: Path) -> None:
    for path in folder.iterdir():
        with path.open("rb") as file:
            os.fsync(file.fileno())
    (folder / _WHOLE).touch()


class WholeCheckpoints:
    """Mixed into a TRL trainer: marks each checkpoint, and says what to do where the disk is full."""

    def _save_checkpoint(self, model: Any, trial: Any) -> None:
        folder = Path(self.args.output_dir) / f"checkpoint-{self.state.global_step}"  # type: ignore[attr-defined]
        try:
            super()._save_checkpoint(model, trial)  # type: ignore[misc]
            if self.args.should_save:  # type: ignore[attr-defined]
                _mark_whole(folder)
        except Exception as error:
            raise TrainingFailed(
                f"A checkpoint couldn't be written to {folder.parent}: {error}. Make room there and start again: "
                "the training goes on from the checkpoint before."
            ) from error

    def create_model_card(self, *_: Any, **__: Any) -> None:
        """None is wanted; TRL's would speak of the hub."""
