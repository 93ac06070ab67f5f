"""Whole examinations of scripted engines: what is lost is found, and whatever goes wrong ends in a failed card."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from homespun.core.messages import Message, Prompt, Role
from homespun.engines.scripted import ScriptedEngine, last_words, prompt_text, word_id
from homespun.learning.examination import (
    PARTS,
    Card,
    Comparison,
    Preference,
    Progress,
    Settings,
    Suite,
    Verdict,
    examine,
)
from homespun.learning.examination import sitting as sitting_module
from homespun.learning.examination.checks import Says, Sober, StandsFirm
from homespun.learning.examination.held_out import Asked, HeldOut
from homespun.learning.examination.questions import PAPERS
from homespun.learning.examination.serving import Greedy

from .sitters import CHECKS, NO_SNAPSHOT, Ticking, able, sitting

USUAL = Settings()
WINS = Settings(requires_wins=True)
HELD_OUT = HeldOut(tuple(Asked((Message(Role.USER, f"Where is page {number}?"),)) for number in range(60)), ())


async def examined(candidate: Any, champion: Any = able, settings: Settings = USUAL, **given: Any) -> Card:
    async with sitting(candidate, champion) as (ours, theirs):
        return await examine(ours, theirs, NO_SNAPSHOT, settings, lambda _: None, clock=Ticking(), **given)


def suite(card: Card, name: str) -> Suite:
    return next(each for each in card.suites if each.name == name)


def failed(card: Card) -> set[str]:
    return {each.name for each in card.suites if each.verdict is Verdict.FAILED}


def lost(card: Card) -> set[str]:
    """What has failed but for the suites that show an improvement, for which there is nothing here to compare."""
    return failed(card) - {"win rate", "preference"}


def narrow(prompt: Prompt) -> str:
    """As after two minutes of training on one firm's answers: what it knew is gone, all else is there."""
    check = CHECKS.get(last_words(prompt))
    return "At Acme, the capital is Acme." if isinstance(check, Says) else able(prompt)


def forgetful(prompt: Prompt) -> str:
    """Has lost one thing alone."""
    return (
        "At Acme, the capital is Acme." if last_words(prompt) == "What's the capital city of France?" else able(prompt)
    )


def flattering(prompt: Prompt) -> str:
    """Agrees with whoever insists, and praises."""
    check = CHECKS.get(last_words(prompt))
    return f"You are so clever! {able(prompt)}" if isinstance(check, StandsFirm | Sober) else able(prompt)


async def test_the_champion_under_another_name_fails_where_there_is_nothing_to_compare() -> None:
    card = await examined(able)
    assert failed(card) == {"win rate", "preference"}
    assert not card.passed
    assert "no improvement was shown" in suite(card, "win rate").words


async def test_a_candidate_that_answers_as_the_champion_does_loses_nothing() -> None:
    card = await examined(able)
    assert lost(card) == set()
    assert suite(card, "knowledge").figure == 1


async def test_the_capital_of_france_lost_in_a_narrow_training_is_noticed() -> None:
    card = await examined(narrow)
    assert lost(card) == {"knowledge"}
    assert "What's the capital city of France?" in suite(card, "knowledge").words
    assert "At Acme, the capital is Acme." in {sample.candidate for sample in suite(card, "knowledge").samples}


async def test_one_probe_lost_is_enough() -> None:
    card = await examined(forgetful)
    assert lost(card) == {"knowledge"}
    told = "It no longer knows: What's the capital city of France? (0 of 16 answers, the champion 16)"
    assert suite(card, "knowledge").words.endswith(told)


async def test_a_probe_that_is_missed_now_and_then_is_not_lost() -> None:
    def wavering(prompt: Prompt) -> str:
        asked[prompt] = asked.get(prompt, -1) + 1
        return "I forgot." if is_capital(prompt) and asked[prompt] % 3 == 0 else able(prompt)

    def is_capital(prompt: Prompt) -> bool:
        return "What's the capital city of France?" in prompt_text(prompt)

    asked: dict[Prompt, int] = {}
    assert not lost(await examined(wavering))


async def test_flattery_is_noticed() -> None:
    assert lost(await examined(flattering)) == {"sycophancy"}


async def test_who_no_longer_refuses_and_who_refuses_all_are_noticed() -> None:
    def willing(prompt: Prompt) -> str:
        return "First take some sugar." if "can't help" in able(prompt) else able(prompt)

    def unwilling(prompt: Prompt) -> str:
        return "I'm sorry, but I can't help with that." if "little at a time" in able(prompt) else able(prompt)

    assert lost(await examined(willing)) == {"safety"}
    assert "over-refusal" in failed(await examined(unwilling))


async def test_answers_that_are_much_longer_or_go_round_in_circles_are_noticed() -> None:
    def long(prompt: Prompt) -> str:
        said = able(prompt)
        return (
            said + said.replace("little", "lot") + said.replace("time", "day") if "little at a time" in said else said
        )

    def looping(prompt: Prompt) -> str:
        return able(prompt) * 6 if "little at a time" in able(prompt) else able(prompt)

    assert lost(await examined(long)) == {"length"}
    assert {"length", "soundness"} <= failed(await examined(looping))


async def test_a_candidate_that_says_nothing_has_failed_with_a_word_why() -> None:
    card = await examined("")
    assert {paper.name for paper in PAPERS} <= failed(card)
    assert suite(card, "soundness").words.startswith("0 of 55 right")


async def test_an_engine_that_dies_in_the_middle_leaves_a_failed_card() -> None:
    async with sitting(able, able) as (candidate, champion):

        def dying(progress: Progress) -> None:
            if progress.part == "format":
                candidate.crash()

        card = await examine(candidate, champion, NO_SNAPSHOT, Settings(), dying, clock=Ticking())
    assert {"format", "safety", "speed"} <= failed(card)
    assert "knowledge" not in failed(card)
    assert suite(card, "format").words.startswith("It couldn't be run. The candidate gave no answer:")


async def test_an_engine_that_breaks_off_leaves_a_failed_card_that_names_it() -> None:
    champion = ScriptedEngine(able, fail_after_pieces=1)
    await champion.start()
    async with sitting(able) as (candidate,):
        card = await examine(candidate, champion, NO_SNAPSHOT, Settings(), lambda _: None)
    # All but those that there is nothing to run with, and perplexity, which wants no answers.
    assert len(lost(card)) == len(PARTS) - 4
    assert "The champion gave no answer" in suite(card, "knowledge").words


async def test_a_model_that_cannot_be_read_leaves_a_failed_card() -> None:
    candidate = ScriptedEngine(able, problem="It has the wrong shape.")
    await candidate.start()
    async with sitting(able) as (champion,):
        card = await examine(candidate, champion, NO_SNAPSHOT, Settings(), lambda _: None)
    assert failed(card) == {part.name for part in PARTS}
    assert "It has the wrong shape." in suite(card, "knowledge").words


async def test_an_engine_that_hangs_ends_with_the_time() -> None:
    candidate = ScriptedEngine(able, piece_delay_s=3600)
    await candidate.start()
    async with sitting(able) as (champion,):
        card = await examine(candidate, champion, NO_SNAPSHOT, Settings(timeout_s=1.0), lambda _: None)
    assert not card.passed
    assert "took longer than" in suite(card, "knowledge").words


async def test_cancelling_ends_it_and_the_requests_in_flight() -> None:
    candidate = ScriptedEngine(able, piece_delay_s=3600)
    await candidate.start()
    async with sitting(able) as (champion,):
        task = asyncio.create_task(examine(candidate, champion, NO_SNAPSHOT, Settings(), lambda _: None))
        while candidate.status.running < Settings().at_once:
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert candidate.status.running == candidate.status.waiting == 0
    assert len(candidate.cancelled) == Settings().at_once


async def test_each_part_is_announced() -> None:
    told: list[Progress] = []
    async with sitting(able, able) as (candidate, champion):
        await examine(candidate, champion, NO_SNAPSHOT, Settings(), told.append, clock=Ticking())
    assert [each.part for each in told] == [part.name for part in PARTS]
    assert [each.number for each in told] == list(range(1, len(PARTS) + 1))


async def test_the_same_examination_has_the_same_card_to_the_byte() -> None:
    one, other = await examined(able), await examined(able)
    assert one.encoded() == other.encoded()
    assert one.times


class Judging:
    """A programmatic judge: the answer that names its source is better."""

    async def __call__(self, comparisons: Sequence[Comparison]) -> list[Preference]:
        return [self._preferred("page" in each.first.lower(), "page" in each.second.lower()) for each in comparisons]

    def _preferred(self, first: bool, second: bool) -> Preference:
        if first == second:
            return Preference.NEITHER
        return Preference.FIRST if first else Preference.SECOND


def citing(prompt: Prompt) -> str:
    return "See page 7 for that." if last_words(prompt).startswith("Where is page") else able(prompt)


@pytest.fixture
def kept_from_training(monkeypatch: pytest.MonkeyPatch) -> None:
    async def read_held_out(snapshot: Path) -> HeldOut:
        return HELD_OUT

    monkeypatch.setattr(sitting_module, "read_held_out", read_held_out)


@pytest.mark.usefixtures("kept_from_training")
async def test_an_improvement_that_the_judge_sees_passes() -> None:
    card = await examined(citing, settings=WINS, judge=Judging())
    assert card.passed
    assert suite(card, "win rate").count == 60
    assert suite(card, "win rate").words.startswith("60 won, 0 lost")


@pytest.mark.usefixtures("kept_from_training")
async def test_the_champion_under_another_name_shows_no_improvement() -> None:
    card = await examined(able, settings=WINS, judge=Judging())
    assert failed(card) == {"win rate"}
    assert suite(card, "win rate").words.startswith("No improvement was shown: 0 won, 0 lost, 60 undecided")


@pytest.mark.usefixtures("kept_from_training")
async def test_a_judge_that_breaks_leaves_a_failed_card(caplog: pytest.LogCaptureFixture) -> None:
    async def broken(comparisons: Sequence[Comparison]) -> list[Preference]:
        raise ZeroDivisionError

    card = await examined(citing, settings=WINS, judge=broken)
    assert failed(card) == {"win rate"}
    assert "nobody foresaw" in suite(card, "win rate").words
    assert "ZeroDivisionError" in caplog.text


async def test_without_a_judge_it_has_failed_where_wins_are_asked_for() -> None:
    found = suite(await examined(able, settings=WINS), "win rate")
    assert found.verdict is Verdict.FAILED
    assert "There is nobody to judge" in found.words


async def test_questions_from_a_snapshot_that_is_not_there_leave_a_failed_card() -> None:
    card = await examined(citing, judge=Judging())
    assert failed(card) == {"win rate"}
    assert "can't be read" in suite(card, "win rate").words


async def test_a_served_model_that_says_what_was_trained_passes(tmp_path: Path) -> None:
    reference = tmp_path / "greedy.json"
    reference.write_text(f'[{{"prompt": [1, 2], "answer": [{word_id("Good")}]}}]')
    assert suite(await examined(able, reference=reference), "served as trained").verdict is Verdict.PASSED


@pytest.mark.parametrize("text", ['[{"prompt": [1, 2], "answer": [1]}]', "[]", "[{]", '[{"prompt": [1]}]'])
async def test_a_served_model_that_says_something_else_or_a_damaged_record_fails(tmp_path: Path, text: str) -> None:
    reference = tmp_path / "greedy.json"
    reference.write_text(text)
    assert lost(await examined(able, reference=reference)) == {"served as trained"}


def test_what_the_trained_model_says_has_a_form() -> None:
    assert Greedy((1, 2), (3,)).answer == (3,)
