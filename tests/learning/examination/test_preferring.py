"""What a model has come to prefer, and how likely it finds given texts, told by a real engine."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from homespun.core.clock import FakeClock
from homespun.core.events import Piece
from homespun.core.messages import Message, Role, TokenPrompt
from homespun.core.sampling import Sampling
from homespun.engines import GenerationRequest
from homespun.engines.openvino import OpenVinoEngine
from homespun.engines.openvino import Settings as EngineSettings
from homespun.learning.examination import Settings, Verdict
from homespun.learning.examination import sitting as sitting_module
from homespun.learning.examination.held_out import HeldOut, Pair
from homespun.learning.examination.preferring import preference, preference_suite
from homespun.learning.examination.scoring import scored
from homespun.learning.examination.sitting import Sitting
from tests.learning.labels import tiny_base

PROMPT = (1, 5, 9, 12)


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_base(tmp_path_factory.mktemp("tiny"))[0]


@pytest.fixture
async def engine(weights: Path, tmp_path: Path) -> AsyncIterator[OpenVinoEngine]:
    engine = OpenVinoEngine(weights, tmp_path, EngineSettings(threads=1, kv_cache_mb=16))
    await engine.start()
    await engine.wait_ready()
    yield engine
    await engine.stop()


async def greedy(engine: OpenVinoEngine) -> list[tuple[int, float]]:
    """Its answer, each token with the logarithm of its probability."""
    sampling = Sampling(temperature=0, max_tokens=6, logprobs=0)
    request = GenerationRequest("greedy", TokenPrompt(PROMPT), sampling)
    pieces = [event async for event in engine.generate(request) if isinstance(event, Piece)]
    return [(each.chosen.token_id, each.chosen.logprob) for piece in pieces for each in piece.logprobs]


async def test_an_answer_is_as_likely_as_when_the_model_gives_it(engine: OpenVinoEngine) -> None:
    said = await greedy(engine)
    assert len(said) >= 2
    whole = TokenPrompt((*PROMPT, *(token for token, _ in said)))
    ((nothing_before, *scores),) = await scored(engine, [whole], at_once=2)
    assert nothing_before == 0
    assert scores[len(PROMPT) - 1 :] == pytest.approx([each for _, each in said], abs=1e-4)


async def test_scores_are_the_same_whatever_else_is_scored(engine: OpenVinoEngine) -> None:
    rng = random.Random(7)
    texts = [TokenPrompt(tuple(rng.randrange(3, 200) for _ in range(rng.randrange(1, 90)))) for _ in range(12)]
    together = await scored(engine, texts, at_once=12)
    alone = await scored(engine, texts, at_once=1)
    assert [len(each) for each in together] == [len(text.token_ids) for text in texts]
    for one, other in zip(together, alone, strict=True):
        assert one == pytest.approx(other, abs=1e-4)


def pairs(count: int) -> tuple[Pair, ...]:
    return tuple(Pair((Message(Role.USER, f"say {n}"),), chosen=f"yes {n}", rejected=f"no {n}") for n in range(count))


def sitting(engine: OpenVinoEngine, monkeypatch: pytest.MonkeyPatch, weights: Path | None, count: int) -> Sitting:
    async def read_held_out(snapshot: Path) -> HeldOut:
        return HeldOut((), pairs(count))

    monkeypatch.setattr(sitting_module, "read_held_out", read_held_out)
    return Sitting(engine, engine, Settings(), FakeClock(), Path(), weights=weights)


async def test_a_model_prefers_nothing_to_itself(
    engine: OpenVinoEngine, weights: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    suite = await preference(sitting(engine, monkeypatch, weights, 12))
    assert suite.verdict is Verdict.FAILED
    assert suite.words == (
        "No improvement was shown. In 0 pairs it moved towards the preferred answer, in 0 away from it (p = 1)."
    )
    assert (suite.figure, suite.count) == (0.5, 12)


async def test_with_too_few_pairs_or_without_a_tokenizer_it_is_not_run(
    engine: OpenVinoEngine, weights: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (await preference(sitting(engine, monkeypatch, weights, 11))).verdict is Verdict.NOT_RUN
    assert (await preference(sitting(engine, monkeypatch, None, 40))).verdict is Verdict.NOT_RUN


def test_what_has_moved_towards_the_preferred_answers_passes() -> None:
    assert preference_suite([0.5] * 30 + [-0.5] * 10, Settings()).verdict is Verdict.PASSED
    assert preference_suite([0.5] * 22 + [-0.5] * 18, Settings()).verdict is Verdict.FAILED
    assert preference_suite([-0.5] * 40, Settings()).verdict is Verdict.FAILED


def test_what_was_learned_just_now_shows_beside_pairs_that_were_known_before() -> None:
    known = [0.1, -0.1] * 20
    learned = [5.0 + number for number in range(12)]
    assert preference_suite(known + learned, Settings()).verdict is Verdict.PASSED
    assert preference_suite(known + [-each for each in learned], Settings()).verdict is Verdict.FAILED


def test_the_champion_under_another_name_has_learned_nothing() -> None:
    rng = random.Random(20261124)
    moved = ([rng.gauss(0, 1) for _ in range(60)] for _ in range(200))
    assert sum(preference_suite(each, Settings()).verdict is Verdict.PASSED for each in moved) <= 10
