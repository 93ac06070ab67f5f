"""Drift: a model that has lost its hold on language fails, one that is another in name alone has none."""

from __future__ import annotations

import math
import random
import re

import pytest

from homespun.core.clock import FakeClock
from homespun.core.errors import Unavailable
from homespun.engines.scripted import ScriptedEngine
from homespun.learning.examination import Settings, Suite, Verdict
from homespun.learning.examination.perplexity import perplexity, perplexity_suite, shipped_texts
from homespun.learning.examination.questions import PAPERS
from homespun.learning.examination.scoring import Scores
from homespun.learning.examination.sitting import Sitting

from .sitters import NO_SNAPSHOT, sitting

RNG = random.Random(20261124)
CHAMPION = [tuple(-RNG.expovariate(0.4) for _ in range(RNG.randrange(4, 60))) for _ in range(200)]


def changed(by: float, *, noise: float = 0.3) -> list[Scores]:
    """The champion's scores, each so many times as large on average."""
    return [tuple(score * by * RNG.uniform(1 - noise, 1 + noise) for score in text) for text in CHAMPION]


def suite_of(ours: list[Scores], theirs: list[Scores] = CHAMPION) -> Suite:
    return perplexity_suite([f"text {n}" for n in range(len(theirs))], ours, theirs, Settings())


def test_the_champion_under_another_name_has_no_drift() -> None:
    suite = suite_of(CHAMPION)
    assert (suite.verdict, suite.figure, suite.low, suite.high) == (Verdict.PASSED, 1, 1, 1)
    assert suite.count == sum(map(len, CHAMPION))


def test_a_little_drift_passes_and_much_of_it_fails() -> None:
    assert suite_of(changed(1.04)).verdict is Verdict.PASSED
    assert suite_of(changed(1.2)).verdict is Verdict.FAILED
    assert suite_of(changed(0.8)).verdict is Verdict.PASSED, "to find texts likelier is no loss"


def test_what_may_be_too_much_fails_though_its_mean_is_within_the_limit() -> None:
    few = slice(0, 8)
    ours = [tuple(score * factor for score in text) for text, factor in zip(CHAMPION[few], (0.4, 1.7) * 4, strict=True)]
    suite = suite_of(ours, CHAMPION[few])
    assert suite.figure is not None
    assert suite.high is not None
    assert suite.figure < 1.1 < suite.high
    assert suite.verdict is Verdict.FAILED


def test_a_model_whose_weights_are_no_numbers_fails() -> None:
    assert suite_of([(0.0, math.nan)] * len(CHAMPION)).verdict is Verdict.FAILED
    assert suite_of(CHAMPION, [(0.0,)] * len(CHAMPION)).verdict is Verdict.FAILED


def test_the_texts_that_have_become_least_likely_are_shown_first() -> None:
    ours = [tuple(score * (2 if n == 17 else 1) for score in text) for n, text in enumerate(CHAMPION)]
    assert suite_of(ours).samples[0].question == "text 17"


def test_chance_alone_fails_hardly_anybody_who_is_at_a_third_of_the_limit() -> None:
    assert all(suite_of(changed(1.03)).verdict is Verdict.PASSED for _ in range(100))


async def test_both_score_the_shipped_texts_and_all_questions() -> None:
    async with sitting("", "") as (candidate, champion):
        suite = await perplexity(Sitting(candidate, champion, Settings(), FakeClock(), NO_SNAPSHOT))
        asked = [request.prompt for request in candidate.requests]
    assert suite.verdict is Verdict.PASSED
    assert len(asked) == len(shipped_texts()) + sum(len(paper.questions) for paper in PAPERS)
    assert all(request.sampling.max_tokens == 0 for request in champion.requests)


async def test_an_engine_that_cannot_score_fails_it_by_name() -> None:
    candidate = ScriptedEngine(problem="It has the wrong shape.")
    await candidate.start()
    async with sitting("") as (champion,):
        sat = Sitting(candidate, champion, Settings(), FakeClock(), NO_SNAPSHOT)
        with pytest.raises(Unavailable, match="The candidate gave no answer"):
            await perplexity(sat)


def test_there_are_some_dozens_of_texts_of_each_kind_in_both_languages() -> None:
    texts = shipped_texts()
    chinese = [text for text in texts if re.search("[一-鿿]", text.text)]
    assert len(chinese) >= 15
    assert len(texts) - len(chinese) >= 15
    for some in (chinese, [text for text in texts if text not in chinese]):
        assert {text.kind for text in some} == {"prose", "dialogue", "code"}
    assert len({text.text for text in texts}) == len(texts)
