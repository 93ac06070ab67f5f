"""The real model's graph, one batch at a time."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from homespun.engines.openvino.batch import Batch
from homespun.engines.openvino.runtime import Runtime

from .making import make_sequence


def logits_after(runtime: Runtime, tokens: list[int], *, block: int) -> npt.NDArray[np.float32]:
    """What the graph says comes after a prompt that is calculated in one block."""
    sequence = make_sequence(tokens)
    sequence.blocks = [block]
    batch = Batch()
    batch.add(sequence, len(tokens), runtime.block_size)
    return runtime.run(batch).copy()


def test_a_batch_in_the_shape_of_the_one_before_is_not_mistaken_for_it(runtime: Runtime) -> None:
    first = logits_after(runtime, [504, 3575, 282], block=0)
    other = logits_after(runtime, [788, 338, 260], block=0)
    assert not np.allclose(first, other)
    assert np.array_equal(logits_after(runtime, [504, 3575, 282], block=1), first)


def test_batches_of_other_shapes_in_between_change_nothing(runtime: Runtime) -> None:
    first = logits_after(runtime, [504, 3575, 282], block=0)
    logits_after(runtime, [788, 338, 260, 30], block=0)
    assert np.array_equal(logits_after(runtime, [504, 3575, 282], block=0), first)
