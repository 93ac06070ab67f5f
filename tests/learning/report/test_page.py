"""The page about an improvement: complete, in both languages, self-contained, not to be tricked by what models say."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from homespun.learning.examination.card import Card, Limit, Sample, Suite, Verdict
from homespun.learning.examination.examine import PARTS
from homespun.learning.jobs import Method
from homespun.learning.manifest import Manifest
from homespun.learning.recipes import Recipe
from homespun.learning.report import Improvement, Language, Training, page
from homespun.learning.report.drawings import curve, interval
from homespun.learning.report.words import SUITES, WORDS
from homespun.learning.runs import Runs
from homespun.releases import Change, Evidence, Outcome, Release, ReleaseState, Rollout

NOW = datetime(2026, 11, 24, tzinfo=UTC)
NASTY = "<script>alert(1)</script>"
SUITE = Suite(
    "knowledge",
    "Does it still know?",
    Verdict.PASSED,
    NASTY,
    0.97,
    0.83,
    1.09,
    Limit(at_least=0.6),
    60,
    (Sample(NASTY, NASTY, "Paris.", NASTY),),
)
MANIFEST = Manifest(
    last_turn=900,
    settings={},
    minimums={},
    files={},
    counts={"demonstrations": {"train": 1200, "held_out": 22}},
    sources={"edit": 1222},
    people=41,
    conversations=388,
    agreement=0.74,
    split_by="person",
    dropped={"burst": 3},
    down_weighted={},
    scrubbed={},
)
RELEASE = Release(
    "rel_1", 2, "smol", "9f" * 32, "rel_0", ReleaseState.CANARY, "base", "ab" * 32, {}, True, "", NOW, Path()
)  # fmt: skip
EVIDENCE = Evidence(
    wins=7.4,
    harm=0.2,
    comparisons=31,
    comparisons_won=24,
    candidate_thumbs=0,
    candidate_thumbs_up=0,
    champion_thumbs=0,
    champion_thumbs_up=0,
    candidate_answers=0,
    candidate_answers_good=0,
    champion_answers=0,
    champion_answers_good=0,
)


@pytest.fixture
def begun(tmp_path: Path) -> Improvement:
    """One of which there is nothing yet."""
    run = Runs(tmp_path).begin("base", Recipe((Method.SFT,)))
    return Improvement(run, None, (), None, (), None, None, 0.0, 20.0)


@pytest.fixture
def whole(begun: Improvement) -> Improvement:
    begun.run.keep("card", {"champion": "rel_0", "card": Card("smol@2", "smol@1", (SUITE,)).as_json()})
    begun.run.keep("release", {"id": "rel_1"})
    begun.run.keep("rollout", {"release": "rel_1"})
    return replace(
        begun,
        manifest=MANIFEST,
        trainings=(Training("sft", {"losses": [2.5, 1.5, 0.5], "tokens_per_s": 97.3, "hyper": {"epochs": 2}}),),
        release=RELEASE,
        changes=(Change("rel_1", None, ReleaseState.CANDIDATE, "homespun", "It was made.", NOW),),
        rollout=Rollout("roll_1", "rel_0", "rel_1", 0.5, Outcome.RUNNING, 31, NOW, None),
        evidence=EVIDENCE,
        wins_needed=7.37,
    )


@pytest.mark.parametrize("language", ["en", "zh"])
def test_tells_of_all_there_is(whole: Improvement, language: Language) -> None:
    text = page(whole, language)
    for said in ("smol@2", "9f9f9f9f", "1,222", "2.500 → 0.500", "97.3", "0.97", "0.83 – 1.09", "77%", "7.4", "74%"):
        assert said in text
    assert text.count("<section>") == 4


def test_tells_the_reasons_of_the_card_in_the_reader_s_language(begun: Improvement) -> None:
    suite = Suite("speed", "Is it?", Verdict.FAILED, "It is slower than is asked.")
    begun.run.keep("card", {"champion": "rel_0", "card": Card("smol@2", "smol@1", (suite,)).as_json()})
    assert "It is slower than is asked." in page(begun, "en")
    assert "速度未达到要求。" in page(begun, "zh")
    assert "slower" not in page(begun, "zh")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_tells_of_one_that_has_just_begun(begun: Improvement, language: Language) -> None:
    text = page(begun, language)
    assert WORDS[language]["unfinished"] in text
    assert "<section>" not in text


def test_says_why_it_ended_early(begun: Improvement) -> None:
    begun.run.keep("failure", {"step": "train", "code": "training_failed", "words": "It diverged & ended."})
    assert "It diverged &amp; ended." in page(begun, "en")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_fetches_nothing_and_runs_nothing(whole: Improvement, language: Language) -> None:
    text = page(whole, language)
    assert not re.search(r"https?:|<script|<link|<img|@import|url\(", text)
    assert "&lt;script&gt;" in text


def test_says_the_same_in_both_languages() -> None:
    assert WORDS["en"].keys() == WORDS["zh"].keys()
    assert SUITES["zh"].keys() == {part.name for part in PARTS}


def test_a_curve_of_one_step_can_be_drawn() -> None:
    assert 'points="44.0,' in curve([0.5], label="loss", step="steps")


def test_an_interval_stays_on_its_scale() -> None:
    drawn = interval(-0.5, 0.2, 9.0, limits=[0.6], label="")
    assert [float(x) for x in re.findall(r'x[12]="([\d.-]+)"', drawn) if not 4 <= float(x) <= 216] == []
