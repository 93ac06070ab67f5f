from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from homespun.learning.curation import Label, Source, Split, SplitBy, split

from .said import demonstration, pair

SHARE = 0.2
PEOPLE = st.sampled_from([f"person-{number}" for number in range(8)])
TALKS = st.sampled_from([f"talk-{number}" for number in range(12)])
LABELS = st.lists(
    st.builds(
        lambda rater, others, group: pair("q", "a", "b", rater=rater, people=(rater, *others), group=group),
        PEOPLE,
        st.lists(PEOPLE, max_size=1),
        TALKS,
    ),
    max_size=40,
)


def sides(labels: Sequence[Label], share: float = SHARE) -> dict[str, set[str]]:
    """Which people and conversations have labels on which side."""
    splits = split(labels, share)
    found: dict[str, set[str]] = {}
    for label in labels:
        for name in (label.group, *(label.people if splits.by is SplitBy.PERSON else ())):
            found.setdefault(name, set()).add(splits.of(label))
    return found


@given(LABELS)
def test_nobody_and_no_conversation_is_on_both_sides(labels: list[Label]) -> None:
    assert all(len(side) == 1 for side in sides(labels).values())


@given(LABELS, st.randoms())
def test_the_order_of_labels_decides_nothing(labels: list[Label], chance: object) -> None:
    shuffled = list(labels)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert split(shuffled, SHARE) == split(labels, SHARE)


@given(LABELS, st.floats(0, 0.5))
def test_held_out_is_no_more_than_asked_for_but_for_the_smallest_part(labels: list[Label], share: float) -> None:
    splits = split(labels, share)
    held_out = [label for label in labels if splits.of(label) is Split.HELD_OUT]
    is_within = len(held_out) <= round(share * len(labels))
    of_one = (
        {label.people for label in held_out} if splits.by is SplitBy.PERSON else {label.group for label in held_out}
    )
    assert is_within or len(held_out) * 2 <= len(labels) or len(of_one) == 1


def test_many_people_are_split_about_as_asked_for() -> None:
    labels = [pair("q", "a", "b", rater=f"person-{number // 5}") for number in range(500)]
    splits = split(labels, SHARE)
    assert splits.by is SplitBy.PERSON
    assert sum(splits.of(label) is Split.HELD_OUT for label in labels) == 100


def test_most_of_those_who_were_held_out_still_are_when_more_people_have_said_something() -> None:
    labels = [pair("q", "a", "b", rater=f"person-{number}", group=f"talk-{number}") for number in range(400)]
    before, after = split(labels[:300], SHARE).held_out, split(labels, SHARE).held_out
    assert len(before & after) > 0.7 * len(before)


def test_a_single_persons_conversations_are_split() -> None:
    labels = [pair("q", "a", "b", rater="ada", group=f"talk-{number % 10}") for number in range(50)]
    splits = split(labels, SHARE)
    assert splits.by is SplitBy.CONVERSATION
    assert sum(splits.of(label) is Split.HELD_OUT for label in labels) == 10


def test_two_people_are_split_even_if_that_is_more_than_asked_for() -> None:
    labels = [pair("q", "a", "b", rater="ada" if number < 30 else "boris") for number in range(50)]
    splits = split(labels, SHARE)
    assert {label.rater for label in labels if splits.of(label) is Split.HELD_OUT} == {"boris"}


def test_a_trainer_ties_nobody_to_anybody() -> None:
    labels = [
        demonstration("q", "a", rater="trainer", people=(f"person-{number}",), source=Source.TRAINER)
        for number in range(10)
    ]
    splits = split(labels, SHARE)
    assert splits.by is SplitBy.PERSON
    assert sum(splits.of(label) is Split.HELD_OUT for label in labels) == 2


def test_one_conversation_cannot_be_split() -> None:
    assert split([pair("q", "a", "b", group="talk")] * 3, SHARE).held_out == frozenset()


def test_nothing_is_held_out_where_nothing_shall_be() -> None:
    assert split([pair("q", "a", "b", rater=f"p-{number}") for number in range(9)], 0).held_out == frozenset()
