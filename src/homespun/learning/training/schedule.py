"""In which order the examples come: each as often as its weight says, general ones between them, batches full.

Weights become frequencies, so that every method and TRL's own losses know them. Each epoch draws by systematic
resampling (Carpenter, Clifford and Fearnhead 1999): an example of twice the weight comes twice as often, to within
one. All from the seed, and the same for any number of processes. This module must not know PyTorch.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import accumulate, cycle, islice


def schedule(
    weights: Sequence[float], *, general: int, replay: float, epochs: int, batch_size: int, seed: int
) -> list[int]:
    """Numbers of examples, in the order of training.

    First come the examples with `weights`, then `general` more, which make up the share `replay` of each epoch. The
    last batch is filled up from the beginning.
    """
    rng = random.Random(seed)  # noqa: S311 - nothing secret
    order: list[int] = []
    rehearsals = _endless(len(weights), general, rng)
    for _ in range(epochs):
        epoch = _resampled(weights, rng)
        epoch += islice(rehearsals, round(len(epoch) * replay / (1 - replay)) if general else 0)
        rng.shuffle(epoch)
        order += epoch
    return order + list(islice(cycle(order), -len(order) % batch_size))


def _resampled(weights: Sequence[float], rng: random.Random) -> list[int]:
    """As many draws as there are weights."""
    step = sum(weights) / len(weights)
    drawn: list[int] = []
    mark = rng.random() * step
    for number, reached in enumerate(accumulate(weights)):
        while mark < reached and len(drawn) < len(weights):
            drawn.append(number)
            mark += step
    return drawn


def _endless(first: int, count: int, rng: random.Random) -> cycle[int]:
    numbers = list(range(first, first + count))
    rng.shuffle(numbers)
    return cycle(numbers)
