"""A reward model judges whose answers are better, once it has shown that it knows, and never decides alone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from homespun.core.messages import Message, Prompt, Role
from homespun.engines.scripted import last_words
from homespun.learning.examination import Card, RewardJudge, Settings, Suite, Verdict, examine
from homespun.learning.examination import sitting as sitting_module
from homespun.learning.examination.card import Limit
from homespun.learning.examination.examine import _improved
from homespun.learning.examination.held_out import Asked, HeldOut, Pair
from homespun.learning.examination.rewarding import merit_of
from homespun.learning.jobs import Answered

from .sitters import NO_SNAPSHOT, Ticking, able, sitting

QUESTIONS = 60
USUAL = Settings()


def asked(number: int) -> tuple[Message, ...]:
    return (Message(Role.USER, f"Where is page {number}?"),)


def pairs(count: int, *, misjudged: int = 0) -> tuple[Pair, ...]:
    """What people preferred names a page, but for so many."""
    sides = [("See page 7.", "No idea.") if n >= misjudged else ("No idea.", "See page 7.") for n in range(count)]
    return tuple(Pair(asked(n), chosen=chosen, rejected=rejected) for n, (chosen, rejected) in enumerate(sides))


async def likes_pages(answers: Sequence[Answered]) -> list[float]:
    return [1.0 if "page" in each.answer else 0.0 for each in answers]


JUDGE = RewardJudge(likes_pages, "The judge is a reward model of 300 pairs.")


async def test_one_that_knows_better_than_a_coin_may_judge() -> None:
    merit = await merit_of(JUDGE, pairs(20, misjudged=5), Settings())
    assert merit.may_judge
    assert merit.words == (
        "The judge is a reward model of 300 pairs. Of 20 pairs that were kept from training it prefers in 15 what "
        "people preferred (75%; 53% to 89%)."
    )


@pytest.mark.parametrize(("count", "misjudged"), [(20, 6), (20, 10), (20, 20), (12, 3), (60, 23)])
async def test_one_that_may_know_no_better_than_a_coin_may_not(count: int, misjudged: int) -> None:
    merit = await merit_of(JUDGE, pairs(count, misjudged=misjudged), Settings())
    assert not merit.may_judge
    assert "which may be chance, so it doesn't judge" in merit.words


async def test_one_that_has_too_few_pairs_to_show_it_may_not() -> None:
    merit = await merit_of(JUDGE, pairs(11), Settings())
    assert not merit.may_judge
    assert merit.words.endswith("11 pairs were kept from training, too few to show that it knows what people prefer.")


async def test_one_that_thinks_the_same_of_everything_may_not() -> None:
    async def indifferent(answers: Sequence[Answered]) -> list[float]:
        return [0.3] * len(answers)

    assert not (await merit_of(RewardJudge(indifferent, ""), pairs(60), Settings())).may_judge


async def card(
    monkeypatch: pytest.MonkeyPatch, kept: tuple[Pair, ...], candidate: Any, settings: Settings = USUAL
) -> Card:
    """Of an examination that this judge sits in, with this kept from training."""

    async def read_held_out(snapshot: Path) -> HeldOut:
        return HeldOut(tuple(Asked(asked(number)) for number in range(QUESTIONS)), kept)

    monkeypatch.setattr(sitting_module, "read_held_out", read_held_out)
    async with sitting(candidate, able) as (ours, theirs):
        return await examine(ours, theirs, NO_SNAPSHOT, settings, lambda _: None, judge=JUDGE, clock=Ticking())


def wins(found: Card) -> Suite:
    return next(each for each in found.suites if each.name == "win rate")


def citing(prompt: Prompt) -> str:
    return "See page 7 for that." if last_words(prompt).startswith("Where is page") else able(prompt)


def citing_now_and_then(prompt: Prompt) -> str:
    return citing(prompt) if last_words(prompt) in {"Where is page 1?", "Where is page 2?"} else able(prompt)


async def test_the_card_says_who_has_judged_and_how_well(monkeypatch: pytest.MonkeyPatch) -> None:
    found = wins(await card(monkeypatch, pairs(20, misjudged=2), citing))
    assert (found.verdict, found.figure, found.count) == (Verdict.PASSED, 1.0, QUESTIONS)
    assert found.words.startswith("60 won, 0 lost, 0 undecided")
    assert found.words.endswith("it prefers in 18 what people preferred (90%; 70% to 97%).")


async def test_its_word_alone_is_no_improvement(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing tells here how the model cuts answers into tokens, so nobody has asked for its own preferences."""
    found = await card(monkeypatch, pairs(20), citing)
    assert not found.passed
    assert [each.name for each in found.suites if each.verdict is Verdict.FAILED] == ["preference"]
    preference = Suite("preference", "", Verdict.PASSED, "", limit=Limit(at_least=0.55))
    assert list(_improved([wins(found), preference], JUDGE)) == [wins(found), preference]


async def test_one_that_knows_nothing_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    found = wins(await card(monkeypatch, pairs(20, misjudged=10), citing))
    assert (found.verdict, found.figure) == (Verdict.NOT_RUN, None)
    assert "may be chance, so it doesn't judge" in found.words


async def test_one_that_knows_nothing_fails_whom_wins_are_asked_of(monkeypatch: pytest.MonkeyPatch) -> None:
    found = wins(await card(monkeypatch, pairs(20, misjudged=10), citing, Settings(requires_wins=True)))
    assert found.verdict is Verdict.FAILED


async def test_what_it_sees_lose_has_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = tuple(Pair(each.messages, chosen=each.rejected, rejected=each.chosen) for each in pairs(20))

    async def hates_pages(answers: Sequence[Answered]) -> list[float]:
        return [-score for score in await likes_pages(answers)]

    monkeypatch.setattr(f"{__name__}.JUDGE", RewardJudge(hates_pages, "Another."))
    found = wins(await card(monkeypatch, kept, citing))
    assert (found.verdict, found.figure) == (Verdict.FAILED, 0.0)
    assert found.words.startswith("No improvement was shown: 0 won, 60 lost")


async def test_where_it_sees_no_difference_it_decides_nothing_unless_wins_are_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = wins(await card(monkeypatch, pairs(20), citing_now_and_then))
    assert found.verdict is Verdict.NOT_RUN
    assert found.words.startswith("This judge sees no difference for sure, so it decides nothing: 2 won, 0 lost, 58")
    strict = wins(await card(monkeypatch, pairs(20), citing_now_and_then, Settings(requires_wins=True)))
    assert strict.verdict is Verdict.FAILED


async def test_a_reward_model_that_breaks_leaves_a_failed_suite(monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(answers: Sequence[Answered]) -> list[float]:
        raise ZeroDivisionError

    monkeypatch.setattr(f"{__name__}.JUDGE", RewardJudge(broken, "Another."))
    found = wins(await card(monkeypatch, pairs(20), citing))
    assert (found.verdict, found.words[:20]) == (Verdict.FAILED, "It couldn't be run. ")
