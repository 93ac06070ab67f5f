"""When the loss is measured on what isn't trained on: whenever an epoch is done."""

from __future__ import annotations

from typing import Any

from transformers import TrainerCallback


class Validating(TrainerCallback):  # type: ignore[misc]
    """Has the trainer evaluate. To it all epochs are one, since `schedule` has repeated them."""

    def __init__(self, epochs: int) -> None:
        self._epochs = epochs

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Comes before the step is told of."""
        if state.global_step in epoch_ends(state.max_steps, self._epochs):
            control.should_evaluate = True


def epoch_ends(steps: int, epochs: int) -> frozenset[int]:
    """The step within which each epoch ends, counted from 1. A step may end several."""
    return frozenset(-(-steps * epoch // epochs) for epoch in range(1, epochs + 1))
