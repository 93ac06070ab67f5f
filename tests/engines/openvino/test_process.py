"""The engine's loop over a model that only recalls; see `recalling`."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homespun.core.events import FinishReason, TokenLogprob
from homespun.core.sampling import Sampling
from homespun.engines.openvino.sequence import Sequence

from .making import make_sequence
from .recalling import (
    END,
    VOCAB,
    Answers,
    RecallingRuntime,
    expected_logprobs,
    expected_tokens,
    greedy,
    make_loop,
    scored,
)

PROMPT = [5, 6, 7, 8, 9, 10, 11, 12, 5, 6, 7]


def answer(sequence: Sequence, *, guesses: int, blocks: int = 64) -> tuple[RecallingRuntime, list[object]]:
    """One answer alone; all that the server hears of it, however many tokens a piece has."""
    runtime = RecallingRuntime(blocks)
    answers = make_loop(runtime, speculative_tokens=guesses)
    answers.run([sequence])
    pieces = answers.pieces.get((1, 0), [])
    heard = [
        "".join(piece.text for piece in pieces),
        sum(piece.tokens for piece in pieces),
        [logprob for piece in pieces for logprob in piece.logprobs],
        answers.done[1, 0].reason,
        answers.done[1, 0].completion_tokens,
    ]
    return runtime, heard


def test_an_answer_is_what_the_model_says() -> None:
    sequence = greedy(PROMPT)
    answer(sequence, guesses=0)
    assert sequence.tokens[len(PROMPT) :] == expected_tokens(PROMPT, 40)


def test_guesses_save_steps_where_the_text_repeats_itself() -> None:
    plain, _ = answer(greedy(PROMPT, length=80), guesses=0)
    quick, _ = answer(greedy(PROMPT, length=80), guesses=5)
    assert quick.steps < 0.7 * plain.steps


def test_where_guesses_are_wrong_few_are_tried() -> None:
    at_random = make_sequence(PROMPT, sampling=Sampling(temperature=50), limit=400)
    runtime, _ = answer(at_random, guesses=5, blocks=200)
    assert runtime.rows < 1.1 * runtime.steps


SAMPLINGS = [
    Sampling(temperature=0),
    Sampling(temperature=0, logprobs=3),
    Sampling(temperature=0.7),
    Sampling(temperature=0.7, logprobs=0),
    Sampling(temperature=0.3, top_p=0.9, top_k=5),
    Sampling(temperature=0, repetition_penalty=1.3),
    Sampling(temperature=0.5, presence_penalty=0.5, frequency_penalty=0.3),
    Sampling(temperature=0, logit_bias={5: 3.0, 2: -100.0}),
    Sampling(temperature=0, stop_token_ids=(7,)),
    Sampling(temperature=0, stop=("\x09\x0a",)),
]


@pytest.mark.parametrize("sampling", SAMPLINGS)
def test_guesses_change_nothing_in_an_answer(sampling: Sampling) -> None:
    for seed in range(8):
        sequences = [make_sequence(PROMPT, sampling=sampling, limit=70, seed=seed) for _ in range(2)]
        (_, plain), (_, quick) = (
            answer(sequence, guesses=guesses) for sequence, guesses in zip(sequences, (0, 6), strict=True)
        )
        assert plain == quick
        assert sequences[0].tokens == sequences[1].tokens


def test_an_answer_ends_at_the_most_tokens_in_the_middle_of_a_right_guess() -> None:
    for length in range(1, 60):
        sequence = greedy(PROMPT, length=length)
        sequence.eos_ids = frozenset()
        runtime, heard = answer(sequence, guesses=6)
        assert heard[1] == length
        assert runtime.longest < sequence.limit
        assert sequence.finish_reason is FinishReason.LENGTH


def test_the_tokens_of_one_step_are_told_in_one_piece() -> None:
    runtime = RecallingRuntime(64)
    answers = make_loop(runtime, speculative_tokens=5)
    sequence = greedy(PROMPT, length=80)
    answers.run([sequence])
    pieces = answers.pieces[1, 0]
    assert pieces[0].tokens == 1
    assert len(pieces) <= runtime.steps
    assert max(piece.tokens for piece in pieces) > 1


def test_many_at_once_are_not_guessed_ahead() -> None:
    runtime = RecallingRuntime(200)
    make_loop(runtime, speculative_tokens=5).run([greedy(PROMPT, request=n, length=30) for n in range(6)])
    steps_of_all = runtime.steps - 6
    assert runtime.rows <= 6 * (steps_of_all + 6)


def test_sixteen_at_once_together_took_no_longer_than_the_clock_says() -> None:
    answers = make_loop(RecallingRuntime(400), max_running=16)
    sequences = [greedy([*PROMPT, n], request=n, length=30) for n in range(1, 17)]
    before_us = time.perf_counter() * 1_000_000
    answers.run(sequences)
    passed_us = time.perf_counter() * 1_000_000 - before_us
    assert sorted(answers.machine_us) == list(range(1, 17))
    assert min(answers.machine_us.values()) > 0
    assert sum(answers.machine_us.values()) <= passed_us


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_whatever_comes_every_answer_is_the_models_own(data: st.DataObject) -> None:
    """Requests that begin alike, on a small cache, with guesses, and blocks that run out."""
    runtime = RecallingRuntime(blocks=14)
    answers = make_loop(runtime, max_running=data.draw(st.integers(1, 3)), speculative_tokens=4)
    texts = [data.draw(st.lists(st.integers(3, 5), max_size=14))]
    for number in range(data.draw(st.integers(1, 4))):
        sequences = []
        for place in range(data.draw(st.integers(1, 3))):
            text = data.draw(st.sampled_from(texts))
            common = text[: data.draw(st.integers(0, min(len(text), 20)))]
            own = data.draw(st.lists(st.integers(3, 5), min_size=1, max_size=8))
            length = data.draw(st.integers(1, 30))
            sequences.append(greedy(common + own, request=10 * number + place, length=length))
        prompts = [list(sequence.tokens) for sequence in sequences]
        answers.run(sequences)
        texts += [sequence.tokens for sequence in sequences]
        for prompt, sequence in zip(prompts, sequences, strict=True):
            length = sequence.limit - len(prompt)
            assert sequence.tokens[len(prompt) :] == expected_tokens(prompt, length)
    assert answers.last is not None
    assert answers.last.blocks_free == runtime.blocks


def told(answers: Answers, request: int) -> list[TokenLogprob]:
    return [logprob for piece in answers.pieces[request, 0] for logprob in piece.logprobs]


def test_a_prompts_scores_are_the_models_own_and_come_with_the_first_piece() -> None:
    answers = make_loop(RecallingRuntime(64))
    answers.run([scored(PROMPT, length=3, top=2)])
    first = answers.pieces[1, 0][0]
    assert (first.tokens, len(first.logprobs)) == (1, len(PROMPT) + 1)
    of_prompt = first.logprobs[: len(PROMPT)]
    assert [token.chosen.logprob for token in of_prompt] == pytest.approx([0, *expected_logprobs(PROMPT)], abs=1e-5)
    assert all(token.chosen.logprob <= token.top[0].logprob for token in of_prompt[1:])
    assert {len(token.top) for token in of_prompt[1:]} == {2}
    assert answers.done[1, 0].completion_tokens == 3


def test_without_an_answer_nothing_is_drawn() -> None:
    runtime = RecallingRuntime(64)
    answers = make_loop(runtime)
    answers.run([scored(PROMPT), scored([7], request=2)])
    assert len(told(answers, 1)) == len(PROMPT)
    assert len(told(answers, 2)) == 1
    assert runtime.rows == len(PROMPT) - 1
    assert {(end.reason, end.completion_tokens) for end in answers.done.values()} == {(FinishReason.LENGTH, 0)}


def test_the_token_that_ends_a_scored_answer_is_told_too() -> None:
    """Whoever leaves the answer's one token out of the list would leave the prompt's last one out otherwise."""
    sequence = scored(PROMPT, length=1)
    sequence.sampling = replace(sequence.sampling, logit_bias={END: 100.0})
    answers = make_loop(RecallingRuntime(64))
    answers.run([sequence])
    assert [token.chosen.logprob for token in told(answers, 1)[1:-1]] == pytest.approx(
        expected_logprobs(PROMPT), abs=1e-5
    ), "a bias is for what is drawn"
    assert told(answers, 1)[-1].chosen.token_id == END
    assert answers.done[1, 0].completion_tokens == 0


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_whatever_comes_scores_are_the_models_own(data: st.DataObject) -> None:
    """Beside answers that begin alike, on a cache that runs out of blocks."""
    answers = make_loop(RecallingRuntime(blocks=14), max_running=3, mixed_prefill_tokens=3)
    token = st.integers(3, VOCAB - 1)
    shared = data.draw(st.lists(token, min_size=1, max_size=20))
    sequences = []
    for request in range(1, data.draw(st.integers(2, 5))):
        prompt = shared[: data.draw(st.integers(1, len(shared)))] + data.draw(st.lists(token, max_size=8))
        is_scored = data.draw(st.booleans())
        length = data.draw(st.integers(0 if is_scored else 1, 20))
        make = scored if is_scored else greedy
        sequences.append(make(prompt, request=request, length=length))
    prompts = [list(sequence.tokens) for sequence in sequences]
    answers.run(sequences)
    for prompt, sequence in zip(prompts, sequences, strict=True):
        length = sequence.limit - len(prompt)
        assert sequence.tokens[len(prompt) :] == expected_tokens(prompt, length)
        if sequence.sampling.scores_prompt:
            scores = [each.chosen.logprob for each in told(answers, sequence.request)]
            assert scores[: len(prompt)] == pytest.approx([0, *expected_logprobs(prompt)], abs=1e-5)
    assert answers.last is not None
    assert answers.last.blocks_free == 14
