from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homespun.learning.curation import Label, Settings, Source, curate

from .said import demonstration, pair, thumbed

WORDS = st.sampled_from(["At nine.", "At 7.", "Great question! At nine.", "ada@example.com", "Ask the boss of it.", ""])
LABELS = st.lists(
    st.one_of(
        st.builds(pair, st.sampled_from(["When?", "When is 9?"]), WORDS, WORDS, rater=st.sampled_from("abcd")),
        st.builds(demonstration, st.just("When?"), WORDS, rater=st.sampled_from("abcd")),
        st.builds(thumbed, st.just("When?"), WORDS, is_good=st.booleans(), rater=st.sampled_from("abcd")),
    ),
    max_size=20,
)


@settings(deadline=None, max_examples=50)
@given(LABELS, st.randoms())
def test_the_order_of_labels_decides_nothing_and_none_is_lost_uncounted(labels: list[Label], chance: object) -> None:
    shuffled = list(labels)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    curated = curate(labels, Settings())
    assert curate(shuffled, Settings()) == curated
    assert len(curated.labels) + sum(curated.dropped.values()) == len(labels)
    assert all(0 < label.weight < 2 for label in curated.labels)


def test_questions_that_are_alike_in_a_chain_are_told_apart_in_the_same_way_in_any_order() -> None:
    questions = ["When do we open the shop", "When do we open the shop today", "When do we open the shop today, please"]
    sides = [("In the morning.", "In the evening."), ("In the evening.", "In the morning.")]
    labels = [
        pair(question, *sides[number % 2], rater=f"rater-{number}", id=f"label-{number}")
        for number, question in enumerate(questions)
    ]
    results = [curate(order, Settings(near_duplicate=0.7)) for order in (labels, labels[::-1], labels[1:] + labels[:1])]
    assert results[0] == results[1] == results[2]
    assert len({label.weight for label in results[0].labels}) == 2


def test_texts_are_scrubbed_and_counted() -> None:
    curated = curate([pair("I am ada@example.com", "Call 13812345678.", "Who? ada@example.com")], Settings())
    (label,) = curated.labels
    assert (label.question, label.spoken_for, label.spoken_against) == ("I am <EMAIL>", "Call <PHONE>.", "Who? <EMAIL>")
    assert curated.scrubbed == {"EMAIL": 2, "PHONE": 1}


def test_two_answers_that_differed_in_a_secret_alone_teach_nothing() -> None:
    curated = curate([pair("Who?", "ada@example.com", "bob@example.com")], Settings())
    assert curated.labels == ()
    assert curated.dropped == {"nothing left": 1}


def test_of_nearly_the_same_the_weightiest_stays() -> None:
    texts = ("How do I reset the pump?", "Hold the red button for ten seconds.", "You can't.")
    labels = [pair(*texts, source=Source.KEPT, weight=0.3), pair(*texts, source=Source.EDIT)]
    curated = curate(labels, Settings())
    assert [label.source for label in curated.labels] == [Source.EDIT]
    assert curated.dropped == {"duplicate": 1}


def test_long_answers_that_differ_in_a_number_are_both_kept() -> None:
    text = "To reset the pump, hold the red button at the front of it for {} seconds, until the lamp has blinked twice."
    labels = [demonstration("How do I reset the pump of type A?", text.format(10))]
    labels += [demonstration("How do I reset the pump of type B?", text.format(12), rater="boris")]
    assert len(curate(labels, Settings()).labels) == 2


def test_contrary_pairs_are_both_kept_and_tell_in_the_agreement() -> None:
    labels = [pair("When?", "In the morning.", "In the evening.", rater="a")]
    labels += [pair("When?", "In the evening.", "In the morning.", rater="b")]
    curated = curate(labels, Settings())
    assert len(curated.labels) == 2
    assert curated.agreement == 0.0


def test_comparisons_count_as_much_as_other_labels_on_average() -> None:
    labels = [
        pair(f"Is {number} a number?", f"{number} is one.", "No.", weight=5.0, rater=f"p{number}")
        for number in range(3)
    ]
    labels += [pair("Is x a number?", "x is no number.", "Yes.", weight=2.0)]
    weights = sorted(label.weight for label in curate(labels, Settings()).labels)
    assert sum(weights) == pytest.approx(4.0)
    assert weights[-1] == pytest.approx(2.5 * weights[0])


def test_nothing_becomes_nothing() -> None:
    curated = curate([], Settings())
    assert (curated.labels, curated.agreement, curated.dropped) == ((), None, {})
