"""The real model's graph, one batch at a time: what a token's logits depend on, to the last bit."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from homespun.engines.openvino.batch import Batch
from homespun.engines.openvino.runtime import Runtime

from .making import make_sequence

PROMPT = [int(token) for token in np.random.default_rng(1).integers(1000, 40000, 62)]


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


def calculate(
    runtime: Runtime,
    tokens: list[int],
    *,
    blocks: list[int],
    computed: int = 0,
    guess: list[int] | None = None,
    copies: list[tuple[int, int]] | None = None,
    neighbour: list[int] | None = None,
) -> npt.NDArray[np.float32]:
    """Logits after a sequence's last token and its guesses. `neighbour`: the blocks of another one in the step."""
    batch = Batch(copies=copies or [])
    sequence = make_sequence(tokens)
    sequence.blocks, sequence.computed = blocks, computed
    batch.add(sequence, len(tokens) - computed, runtime.block_size)
    batch.add_guess(guess or [], runtime.block_size)
    if neighbour:
        other = make_sequence([7, 8, 9])
        other.blocks, other.computed = neighbour, 2
        batch.add(other, 1, runtime.block_size)
    return runtime.run(batch)[: 1 + len(guess or [])].copy()


def test_what_is_copied_serves_as_what_was_calculated_here(runtime: Runtime) -> None:
    whole = calculate(runtime, PROMPT, blocks=[0, 1])
    calculate(runtime, [*PROMPT[:56], 9, 9, 9, 9, 9], blocks=[2, 3])
    calculate(runtime, PROMPT[:20], blocks=[4])
    again = calculate(runtime, PROMPT, blocks=[0, 4], computed=56, copies=[(3, 4)])
    assert np.array_equal(whole, again)
    assert not np.array_equal(whole, calculate(runtime, PROMPT, blocks=[0, 4], computed=56, copies=[(2, 4)]))


def test_guesses_and_neighbours_change_no_bit(runtime: Runtime) -> None:
    calculate(runtime, PROMPT, blocks=[0, 1])
    calculate(runtime, [7, 8], blocks=[3])
    after = [*PROMPT, 11]
    alone = calculate(runtime, after, blocks=[0, 1], computed=62)
    assert np.array_equal(alone, calculate(runtime, after, blocks=[0, 1], computed=62, neighbour=[3]))
    guessed = calculate(runtime, after, blocks=[0, 1, 2], computed=62, guess=[12, 13, 14, 15])
    assert np.array_equal(alone, guessed[:1])
    for place, token in enumerate((12, 13, 14, 15), 1):
        after.append(token)
        one_by_one = calculate(runtime, after, blocks=[0, 1, 2], computed=62 + place)
        assert np.array_equal(one_by_one, guessed[place : place + 1])


def test_wrong_guesses_leave_nothing_behind(runtime: Runtime) -> None:
    calculate(runtime, PROMPT, blocks=[0, 1])
    after = [*PROMPT, 11, 12]
    calculate(runtime, after[:-1], blocks=[0, 1], computed=62)
    clean = calculate(runtime, after, blocks=[0, 1], computed=63)
    calculate(runtime, PROMPT, blocks=[0, 1])
    calculate(runtime, after[:-1], blocks=[0, 1, 2], computed=62, guess=[500, 501, 502])
    assert np.array_equal(clean, calculate(runtime, after, blocks=[0, 1], computed=63))
