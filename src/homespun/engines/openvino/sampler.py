"""Draws a sequence's next token from its logits: the line where an answer comes from is in `_draw`.

Order of the operations: logit bias, penalties, (log-probabilities are read off here,) temperature, min-p, top-k, top-p,
one draw. All work is over the whole row; candidates are selected before anything is sorted, since a vocabulary has some
50,000 tokens and a nucleus some dozens.

Nucleus sampling: Holtzman et al. 2020; min-p: Nguyen et al. 2024; repetition penalty: Keskar et al. 2019. The random
numbers are a function of seed, choice and position alone (SplitMix64, Steele et al. 2014), so that an answer that was
interrupted and calculated again goes on as it would have. This module must not know blocks or scheduling.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .sequence import Sequence

Floats = npt.NDArray[np.float32]

_BLOCK = 128
"""Probabilities are summed in blocks of so many, so that a draw looks at one block closely."""
_ONES = np.ones(_BLOCK, np.float32)
_MASK = 2**64 - 1


@dataclass(frozen=True, slots=True)
class Drawn:
    """A drawn token; with log-probabilities where they were asked for, the likeliest first."""

    token: int
    logprob: float = 0.0
    top: tuple[tuple[int, float], ...] = ()


class Sampler:
    """Draws tokens. Holds scratch memory, so one thread uses it at a time."""

    def __init__(self, vocab: int) -> None:
        self._vocab = vocab
        self._scratch = np.zeros(-(-vocab // _BLOCK) * _BLOCK, np.float32)

    def __call__(self, row: Floats, sequence: Sequence) -> Drawn:
        """The token after those that the sequence has, from its logits [vocabulary], which may be changed in place."""
        _adjust(row, sequence)
        token = self._draw(row, sequence)
        if sequence.sampling.logprobs is None:
            return Drawn(token)
        return with_logprobs(row, token, sequence.sampling.logprobs)

    def _draw(self, row: Floats, sequence: Sequence) -> int:
        sampling = sequence.sampling
        if sampling.temperature == 0:
            return int(row.argmax())
        uniform = uniform_at(sequence.seed, sequence.choice, len(sequence.tokens))
        weights = self._weights(row, sampling.temperature)
        if sampling.top_p == 1 and sampling.top_k == 0 and sampling.min_p == 0:
            return self._draw_from_all(uniform)
        tokens = _candidates(weights, sampling.top_p, sampling.top_k, sampling.min_p)
        return int(tokens[_place(weights[tokens], uniform)])

    def _weights(self, row: Floats, temperature: float) -> Floats:
        """Probabilities but for a factor: 1 for the likeliest token."""
        weights = self._scratch[: self._vocab]
        np.subtract(row, row.max(), out=weights)
        # A temperature so low that the division overflows is greedy all the same: exp(-inf) is 0.
        with np.errstate(over="ignore"):
            np.multiply(weights, np.float32(1 / max(temperature, 1e-6)), out=weights)
        return np.exp(weights, out=weights)

    def _draw_from_all(self, uniform: float) -> int:
        """Finds the block that the draw falls into, then the token within it."""
        blocks = self._scratch.reshape(-1, _BLOCK)
        sums = blocks @ _ONES
        ends = np.cumsum(sums, dtype=np.float64)
        target = uniform * ends[-1]
        block = min(int(np.searchsorted(ends, target, side="right")), len(ends) - 1)
        while sums[block] == 0:  # rounding may point behind the last weight that counts
            block -= 1
        before = ends[block - 1] if block else 0.0
        inside = np.cumsum(blocks[block], dtype=np.float64)
        place = int(np.searchsorted(inside, min(target - before, inside[-1]), side="right"))
        place = min(place, _BLOCK - 1)
        while blocks[block, place] == 0:
            place -= 1
        return min(block * _BLOCK + place, self._vocab - 1)


def _adjust(row: Floats, sequence: Sequence) -> None:
    """Bias and penalties, in place."""
    sampling = sequence.sampling
    if sampling.logit_bias:
        row[np.fromiter(sampling.logit_bias.keys(), np.int64)] += np.fromiter(sampling.logit_bias.values(), np.float32)
    if not sequence.has_penalties:
        return
    if sampling.repetition_penalty != 1:
        seen = np.unique(np.array(sequence.tokens, np.int64))
        values, penalty = row[seen], np.float32(sampling.repetition_penalty)
        row[seen] = np.where(values > 0, values / penalty, values * penalty)
    if sequence.generated:
        tokens = np.fromiter(sequence.generated.keys(), np.int64)
        counts = np.fromiter(sequence.generated.values(), np.float32)
        row[tokens] -= counts * np.float32(sampling.frequency_penalty) + np.float32(sampling.presence_penalty)


def _candidates(weights: Floats, top_p: float, top_k: int, min_p: float) -> npt.NDArray[np.int64]:
    """The tokens that the filters leave, the likeliest first. `weights` are relative to the likeliest token's."""
    if 0 < top_k < len(weights):
        tokens = np.argpartition(weights, -top_k)[-top_k:]
        tokens = _by_weight(tokens, weights)
        if min_p:
            tokens = tokens[weights[tokens] >= min_p]
        return _nucleus(tokens, weights, top_p, float(weights[tokens].sum(dtype=np.float64)))
    if min_p:
        tokens = _by_weight(np.flatnonzero(weights >= min_p), weights)
        return _nucleus(tokens, weights, top_p, float(weights[tokens].sum(dtype=np.float64)))
    total = float(weights.sum(dtype=np.float64))
    for floor in (1e-2, 1e-4, 0.0):
        tokens = np.flatnonzero(weights > floor)
        if floor == 0 or float(weights[tokens].sum(dtype=np.float64)) >= top_p * total:
            break
    return _nucleus(_by_weight(tokens, weights), weights, top_p, total)


def _by_weight(tokens: npt.NDArray[np.int64], weights: Floats) -> npt.NDArray[np.int64]:
    return tokens[np.argsort(-weights[tokens], kind="stable")]


def _nucleus(tokens: npt.NDArray[np.int64], weights: Floats, top_p: float, total: float) -> npt.NDArray[np.int64]:
    """The shortest beginning of the sorted tokens whose weights reach `top_p` of the total; at least one."""
    if top_p == 1:
        return tokens
    reached = np.cumsum(weights[tokens], dtype=np.float64)
    return tokens[: int(np.searchsorted(reached, top_p * total)) + 1]


def _place(weights: Floats, uniform: float) -> int:
    """Where a draw falls among weights."""
    ends = np.cumsum(weights, dtype=np.float64)
    return min(int(np.searchsorted(ends, uniform * ends[-1], side="right")), len(ends) - 1)


def with_logprobs(row: Floats, token: int, top: int) -> Drawn:
    """A token in its place, with its log-probability and those of so many of the likeliest."""
    peak = row.max()
    normaliser = float(peak) + float(np.log(np.exp(row - peak).sum(dtype=np.float64)))
    likeliest = np.argpartition(row, -top)[-top:] if top else np.empty(0, np.int64)
    likeliest = likeliest[np.argsort(-row[likeliest], kind="stable")]
    return Drawn(
        token=token,
        logprob=float(row[token]) - normaliser,
        top=tuple((int(other), float(row[other]) - normaliser) for other in likeliest),
    )


def uniform_at(seed: int, choice: int, position: int) -> float:
    """A number in [0, 1) that depends on its arguments alone, and evenly."""
    state = _mix(_mix(_mix(seed & _MASK) ^ choice) ^ position)
    return (state >> 11) * 2.0**-53


def _mix(value: int) -> int:
    """One step of SplitMix64."""
    value = (value + 0x9E3779B97F4A7C15) & _MASK
    value = ((value ^ value >> 30) * 0xBF58476D1CE4E5B9) & _MASK
    value = ((value ^ value >> 27) * 0x94D049BB133111EB) & _MASK
    return value ^ value >> 31
