"""Which losses end a training."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from homespun.core.errors import TrainingFailed
from homespun.learning.training.divergence import Divergence


def look_at(losses: Sequence[float], *, gradient: float = 1.0) -> None:
    divergence = Divergence()
    for step, loss in enumerate(losses, start=1):
        divergence.check(step, loss, gradient)


@pytest.mark.parametrize(
    "losses", [[3.0, 2.5, 2.9, 2.0] * 5, [0.7] * 20, [2.0, 2.0, 2.0, 9.0, 2.0, 2.0], [0.001, -0.02, 0.5] * 5]
)
def test_a_loss_that_falls_or_wavers_goes_on(losses: list[float]) -> None:
    look_at(losses)


@pytest.mark.parametrize("loss", [float("nan"), float("inf")])
def test_a_loss_that_is_no_number_ends_it_at_once(loss: float) -> None:
    with pytest.raises(TrainingFailed, match=r"at step 2 .*lower learning rate"):
        look_at([3.0, loss])


def test_a_gradient_that_is_no_number_ends_it_too() -> None:
    with pytest.raises(TrainingFailed, match="step 1"):
        look_at([3.0], gradient=float("inf"))


def test_a_loss_that_has_risen_for_some_steps_ends_it() -> None:
    with pytest.raises(TrainingFailed, match="rose from 2 to"):
        look_at([2.0] * 5 + [12.0] * 5)
