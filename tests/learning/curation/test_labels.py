from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from homespun.core.events import FinishReason
from homespun.core.ids import made_at, new_id
from homespun.core.messages import Message, Role
from homespun.journal import Comparison, Thumb, TurnState
from homespun.learning.curation import Demonstration, Label, Pair, Pseudonyms, Settings, Source, Thumbed, labels_of

from .said import NOON, signalled

NAMES = Pseudonyms(b"key")


def taught(**said: Any) -> list[Label]:
    return list(labels_of(signalled(**said), NAMES, Settings()))


def test_an_edit_is_a_demonstration_and_better_than_the_answer() -> None:
    demonstration, pair = taught(edits=("At ten.", "At eight."))
    assert isinstance(demonstration, Demonstration)
    assert isinstance(pair, Pair)
    assert demonstration.completion == pair.chosen == "At eight."
    assert pair.rejected == "At nine."
    assert {demonstration.source, pair.source} == {Source.EDIT}
    assert demonstration.id != pair.id


@pytest.mark.parametrize("edit", ["At nine. ", " ", ""])
def test_an_edit_that_changes_nothing_teaches_nothing(edit: str) -> None:
    assert taught(edits=(edit,)) == []


def test_a_trainers_demonstration_is_one_by_the_trainer() -> None:
    (label,) = taught(demonstration="From eight.", demonstrated_by="person_trainer")
    assert isinstance(label, Demonstration)
    assert (label.completion, label.source) == ("From eight.", Source.TRAINER)
    assert label.rater == NAMES.of("person", "person_trainer")
    assert label.people == (NAMES.of("person", "person_1"),)


@pytest.mark.parametrize(("propensity", "weight"), [(0.5, 2.0), (1.0, 1.0), (0.01, 5.0), (0.0, 5.0)])
def test_a_comparison_counts_by_how_rarely_it_is_shown_up_to_a_limit(propensity: float, weight: float) -> None:
    (label,) = taught(answer="At eight.", compared=Comparison("At eight.", "At nine.", propensity))
    assert isinstance(label, Pair)
    assert (label.chosen, label.rejected, label.weight) == ("At eight.", "At nine.", weight)


def test_a_kept_regeneration_is_a_weak_pair() -> None:
    (label,) = taught(kept_over="At some time.")
    assert isinstance(label, Pair)
    assert (label.chosen, label.rejected, label.source) == ("At nine.", "At some time.", Source.KEPT)
    assert label.weight == Settings().kept_weight < 1


@pytest.mark.parametrize("thumb", Thumb)
def test_a_thumb_is_a_label_of_its_own_kind(thumb: Thumb) -> None:
    (label,) = taught(thumb=thumb)
    assert isinstance(label, Thumbed)
    assert (label.completion, label.is_good) == ("At nine.", thumb is Thumb.UP)


def test_two_bad_answers_teach_nothing() -> None:
    assert taught(are_both_bad=True) == []


CUT: dict[str, dict[str, Any]] = {
    "stopped by its reader": {"state": TurnState.STOPPED},
    "failed": {"state": TurnState.FAILED},
    "cut at its longest": {"finish_reason": FinishReason.LENGTH},
    "empty": {"answer": " "},
}


@pytest.mark.parametrize("cut", CUT.values(), ids=CUT)
def test_an_answer_that_was_cut_short_is_neither_praised_nor_blamed(cut: dict[str, Any]) -> None:
    said = {"thumb": Thumb.UP, "kept_over": "No.", "compared": Comparison("At nine.", "No.", 1.0)}
    labels = taught(**said, edits=("At ten.",), **cut)
    assert [type(label) for label in labels] == [Demonstration]


def test_a_question_without_words_teaches_nothing() -> None:
    assert taught(question=" ", thumb=Thumb.UP) == []


def test_what_was_read_before_the_answer_comes_along() -> None:
    talk = (Message(Role.SYSTEM, "Be brief."), Message(Role.USER, "And on Sundays?"))
    (label,) = taught(messages=talk, thumb=Thumb.UP)
    assert label.messages == talk
    assert label.question == "And on Sundays?"


def test_whoever_asked_before_in_the_dialogue_is_known() -> None:
    (label,) = taught(thumb=Thumb.UP, asked_before=frozenset({"person_2"}))
    assert set(label.people) == {NAMES.of("person", "person_1"), NAMES.of("person", "person_2")}


def test_a_label_names_nobody() -> None:
    (label,) = taught(turn_id="turn_secret", owner_id="person_secret", conversation_id="secret", thumb=Thumb.UP)
    assert "secret" not in repr(label)


def test_a_label_knows_how_old_the_account_was() -> None:
    person_id = new_id("person")
    joined_at = made_at(person_id)
    assert joined_at is not None
    (young,) = taught(owner_id=person_id, thumb=Thumb.UP)
    assert young.age_s == pytest.approx((NOON - joined_at) / timedelta(seconds=1))


def test_pseudonyms_depend_on_the_key_and_stay_the_same() -> None:
    assert NAMES.of("person", "1") == Pseudonyms(b"key").of("person", "1")
    assert len({NAMES.of("person", "1"), Pseudonyms(b"other").of("person", "1"), NAMES.of("label", "1")}) == 3


def test_the_key_is_made_once_for_its_owner_alone(tmp_path: Any) -> None:
    path = tmp_path / "learning" / "pseudonyms.key"
    first, second = Pseudonyms.kept_in(path), Pseudonyms.kept_in(path)
    assert first.of("person", "1") == second.of("person", "1") != Pseudonyms(b"").of("person", "1")
    assert path.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in path.parent.iterdir()] == ["pseudonyms.key"]
