"""How much rehearsal weighs in a step, above all in one that holds nothing else."""

from __future__ import annotations

from importlib.util import find_spec
from types import SimpleNamespace
from typing import Any

import pytest

pytestmark = pytest.mark.skipif(
    find_spec("trl") is None, reason="no PyTorch: `make learn` installs what training needs"
)

VOCABULARY = 7


def model(seed: int) -> Any:
    """Whatever was said, the next token depends on the last one alone."""
    import torch

    table = torch.randn(VOCABULARY, VOCABULARY, generator=torch.Generator().manual_seed(seed))
    return lambda input_ids, **_: SimpleNamespace(logits=table[input_ids])


def loss(texts: list[list[int]], *, labels: int | None, parts: int = 1) -> float:
    """Of general examples alone, in a step that has so many labels besides; None: it is evaluated, and not a step."""
    import torch

    from homespun.learning.training.examples import IGNORED
    from homespun.learning.training.rehearsal import Rehearses

    class Plain:
        accelerator = SimpleNamespace(num_processes=1, unwrap_model=lambda each: each)
        current_gradient_accumulation_steps = parts

        def compute_loss(self, *_: Any, **__: Any) -> Any:
            return torch.zeros(()), None

    class Trainer(Rehearses, Plain):
        base = staticmethod(model(1))

    ids = torch.tensor(texts)
    inputs = {"input_ids": ids, "attention_mask": torch.ones_like(ids), "labels": torch.full_like(ids, IGNORED)}
    counted = None if labels is None else torch.tensor(labels)
    return float(Trainer().compute_loss(model(2), inputs, num_items_in_batch=counted))


LONG = [[1, 2, 1, 2, 1, 2, 1, 2]] * 4


def test_in_a_step_without_labels_the_divergence_is_that_of_each_token() -> None:
    one = loss([[1, 2]], labels=0)
    assert loss([[1] * 9], labels=0) == pytest.approx(loss([[1, 1]], labels=0), rel=1e-5)
    assert loss([[1, 2]] * 5, labels=0) == pytest.approx(one, rel=1e-5)
    assert 0 < loss(LONG, labels=0) < 10


def test_a_step_without_labels_in_several_parts_weighs_as_one_in_one() -> None:
    assert 2 * loss(LONG, labels=0, parts=2) == pytest.approx(loss(LONG, labels=0), rel=1e-5)


def test_beside_labels_it_counts_for_each_label() -> None:
    assert loss(LONG, labels=28) == pytest.approx(loss(LONG, labels=0), rel=1e-5)
    assert loss(LONG, labels=56) == pytest.approx(loss(LONG, labels=0) / 2, rel=1e-5)


def test_what_is_evaluated_is_no_part_of_a_step() -> None:
    assert loss(LONG, labels=None, parts=8) == pytest.approx(loss(LONG, labels=0), rel=1e-5)
