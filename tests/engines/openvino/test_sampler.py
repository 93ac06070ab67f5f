from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from homespun.core.sampling import Sampling
from homespun.engines.openvino.sampler import Sampler, uniform_at

from .making import make_sequence

VOCAB = 300


def draw(logits: np.ndarray, sampling: Sampling, *, seed: int = 0, tokens: list[int] | None = None) -> int:
    sequence = make_sequence(tokens or [1, 2, 3], sampling=sampling, seed=seed)
    return Sampler(VOCAB)(logits.astype(np.float32), sequence).token


def frequencies(logits: np.ndarray, sampling: Sampling, draws: int = 4000) -> np.ndarray:
    counts = Counter(draw(logits.copy(), sampling, seed=seed) for seed in range(draws))
    return np.array([counts[token] for token in range(VOCAB)]) / draws


@pytest.fixture
def logits() -> np.ndarray:
    """A few likely tokens spread over several blocks, the rest far below."""
    values = np.full(VOCAB, -30.0, np.float32)
    values[[5, 100, 140, 299]] = np.log([0.5, 0.3, 0.15, 0.05])
    return values


def test_temperature_zero_takes_the_likeliest(logits: np.ndarray) -> None:
    assert all(draw(logits, Sampling(temperature=0), seed=seed) == 5 for seed in range(20))


def test_draws_follow_the_probabilities(logits: np.ndarray) -> None:
    found = frequencies(logits, Sampling())[[5, 100, 140, 299]]
    assert np.allclose(found, [0.5, 0.3, 0.15, 0.05], atol=0.03)


def test_a_higher_temperature_flattens(logits: np.ndarray) -> None:
    expected = np.sqrt([0.5, 0.3, 0.15, 0.05])
    found = frequencies(logits, Sampling(temperature=2))[[5, 100, 140, 299]]
    assert np.allclose(found, expected / expected.sum(), atol=0.03)


def test_a_temperature_near_zero_is_greedy_and_does_not_overflow(logits: np.ndarray) -> None:
    assert draw(logits * 1000, Sampling(temperature=1e-30)) == 5


def test_top_k_leaves_the_k_likeliest(logits: np.ndarray) -> None:
    found = frequencies(logits, Sampling(top_k=2))
    assert np.allclose(found[[5, 100]], [0.625, 0.375], atol=0.03)
    assert set(np.flatnonzero(found)) == {5, 100}


def test_top_p_leaves_the_smallest_set_that_reaches_it(logits: np.ndarray) -> None:
    assert set(np.flatnonzero(frequencies(logits, Sampling(top_p=0.75), 500))) == {5, 100}
    assert set(np.flatnonzero(frequencies(logits, Sampling(top_p=0.85), 500))) == {5, 100, 140}
    assert set(np.flatnonzero(frequencies(logits, Sampling(top_p=0.01), 50))) == {5}


def test_top_p_over_a_flat_distribution_needs_many_tokens() -> None:
    found = frequencies(np.zeros(VOCAB, np.float32), Sampling(top_p=0.5), 4000)
    assert 145 <= np.count_nonzero(found) <= 151


def test_min_p_is_relative_to_the_likeliest(logits: np.ndarray) -> None:
    assert set(np.flatnonzero(frequencies(logits, Sampling(min_p=0.25), 500))) == {5, 100, 140}


def test_filters_combine(logits: np.ndarray) -> None:
    found = frequencies(logits, Sampling(top_k=3, min_p=0.2, top_p=0.6), 500)
    assert set(np.flatnonzero(found)) == {5, 100}


def test_top_k_beyond_the_vocabulary_is_no_limit(logits: np.ndarray) -> None:
    assert draw(logits, Sampling(top_k=10_000)) in {5, 100, 140, 299}


def test_bias_forbids_and_forces(logits: np.ndarray) -> None:
    assert draw(logits.copy(), Sampling(temperature=0, logit_bias={5: -100})) == 100
    assert draw(logits.copy(), Sampling(logit_bias={7: 100})) == 7


def test_repetition_penalty_counts_prompt_and_answer() -> None:
    logits = np.zeros(VOCAB, np.float32)
    logits[5], logits[100] = 2.0, 1.5
    assert draw(logits.copy(), Sampling(temperature=0, repetition_penalty=1.5), tokens=[5]) == 100
    logits -= 3
    assert draw(logits.copy(), Sampling(temperature=0, repetition_penalty=2.0), tokens=[5]) == 100


@pytest.mark.parametrize("name", ["presence_penalty", "frequency_penalty"])
def test_presence_and_frequency_penalties_count_the_answer_only(name: str) -> None:
    logits = np.zeros(VOCAB, np.float32)
    logits[5], logits[100] = 2.0, 1.5
    sampling = (
        Sampling(temperature=0, presence_penalty=1.0)
        if name[0] == "p"
        else Sampling(temperature=0, frequency_penalty=1.0)
    )
    sequence = make_sequence([5, 5], sampling=sampling)
    sampler = Sampler(VOCAB)
    assert sampler(logits.copy(), sequence).token == 5
    sequence.append(5)
    assert sampler(logits.copy(), sequence).token == 100


def test_frequency_penalty_grows_with_each_repetition() -> None:
    logits = np.zeros(VOCAB, np.float32)
    logits[5], logits[100] = 2.5, 0.0
    sequence = make_sequence([1], sampling=Sampling(temperature=0, frequency_penalty=1.0))
    drawn = []
    for _ in range(4):
        token = Sampler(VOCAB)(logits.copy(), sequence).token
        drawn.append(token)
        sequence.append(token)
    assert drawn[:3] == [5, 5, 5]
    assert drawn[3] != 5


def test_logprobs_are_those_of_the_whole_distribution_after_bias(logits: np.ndarray) -> None:
    sequence = make_sequence([1], sampling=Sampling(temperature=0.5, top_k=1, logprobs=3))
    drawn = Sampler(VOCAB)(logits.copy(), sequence)
    assert drawn.token == 5
    assert drawn.logprob == pytest.approx(np.log(0.5), abs=1e-4)
    assert [token for token, _ in drawn.top] == [5, 100, 140]
    assert [value for _, value in drawn.top] == pytest.approx(np.log([0.5, 0.3, 0.15]), abs=1e-4)


def test_logprobs_without_alternatives(logits: np.ndarray) -> None:
    sequence = make_sequence([1], sampling=Sampling(temperature=0, logprobs=0))
    drawn = Sampler(VOCAB)(logits.copy(), sequence)
    assert drawn.top == ()
    assert drawn.logprob == pytest.approx(np.log(0.5), abs=1e-4)


def test_the_same_seed_draws_the_same_and_choices_differ(logits: np.ndarray) -> None:
    flat = np.zeros(VOCAB, np.float32)
    one = [draw(flat, Sampling(), seed=7, tokens=[1] * n) for n in range(1, 20)]
    again = [draw(flat, Sampling(), seed=7, tokens=[1] * n) for n in range(1, 20)]
    assert one == again
    assert len(set(one)) > 10
    sampler = Sampler(VOCAB)
    pair = [make_sequence([1], choice=choice, seed=7) for choice in range(2)]
    assert len({sampler(flat.copy(), sequence).token for sequence in pair}) == 2


def test_one_draw_does_not_influence_the_next(logits: np.ndarray) -> None:
    other = np.zeros(VOCAB, np.float32)
    other[9] = 50
    sampler = Sampler(VOCAB)
    samplings = [Sampling(), Sampling(temperature=0), Sampling(top_p=0.5)]
    drawn = [
        sampler(row, make_sequence([1], sampling=sampling))
        for row, sampling in zip((other, logits, other.copy()), samplings, strict=True)
    ]
    assert [one.token for one in drawn] == [9, 5, 9]


def test_logits_that_are_not_numbers_give_some_token_of_the_vocabulary() -> None:
    assert 0 <= draw(np.full(VOCAB, np.nan, np.float32), Sampling()) < VOCAB


def test_the_random_numbers_are_even() -> None:
    numbers = np.array([uniform_at(seed, 0, position) for seed in range(100) for position in range(100)])
    assert numbers.min() >= 0
    assert numbers.max() < 1
    counts, _ = np.histogram(numbers, bins=20, range=(0, 1))
    assert ((counts - 500) ** 2 / 500).sum() < 45  # chi-square, 19 degrees of freedom: one in a thousand
