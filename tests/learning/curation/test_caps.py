from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from homespun.learning.curation import Label, Pair, Settings, Source, Thumbed
from homespun.learning.curation.caps import within_caps

from .said import demonstration, pair, thumbed

LABELS = st.lists(
    st.builds(
        lambda rater, weight, is_pair: (
            pair("q", "a", "b", rater=rater, weight=weight)
            if is_pair
            else thumbed("q", "a", is_good=True, rater=rater, weight=weight)
        ),
        st.sampled_from("abcdef"),
        st.sampled_from([0.3, 1.0, 2.0]),
        st.booleans(),
    ),
    max_size=80,
)
CAPS = st.builds(
    Settings,
    labels_per_person=st.integers(1, 20),
    share_per_person=st.floats(0.05, 1.0),
    always_per_person=st.integers(0, 5),
)


@given(LABELS, CAPS)
def test_nobody_has_more_than_the_caps_allow(labels: list[Label], settings: Settings) -> None:
    kept = within_caps(labels, settings)
    for kind in (Pair, Thumbed):
        counts = Counter(label.rater for label in kept if isinstance(label, kind))
        raters = {label.rater for label in labels if isinstance(label, kind)}
        share = settings.share_per_person * counts.total() if len(raters) * settings.share_per_person >= 1 else 1e9
        limit = min(settings.labels_per_person, max(share, settings.always_per_person))
        assert all(count <= limit for count in counts.values())


@given(LABELS, CAPS, st.randoms())
def test_the_order_of_labels_decides_nothing(labels: list[Label], settings: Settings, chance: object) -> None:
    shuffled = list(labels)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert within_caps(shuffled, settings) == within_caps(labels, settings)


def test_the_weightiest_stay() -> None:
    labels = [pair("q", "a", "b", weight=weight) for weight in (0.3, 1.0, 0.3, 2.0)]
    kept = within_caps(labels, Settings(labels_per_person=2))
    assert [label.weight for label in kept] == [1.0, 2.0]


def test_a_share_holds_where_enough_people_have_said_something() -> None:
    labels = [pair("q", "a", "b", rater="loud") for _ in range(100)]
    labels += [pair("q", "a", "b", rater=f"person-{number}") for number in range(60)]
    counts = Counter(label.rater for label in within_caps(labels, Settings(share_per_person=0.25, always_per_person=5)))
    assert counts["loud"] == 20
    assert counts.total() == 80


def test_a_few_people_are_not_held_to_a_share() -> None:
    labels = [pair("q", "a", "b", rater="ada" if number else "boris") for number in range(100)]
    assert len(within_caps(labels, Settings(share_per_person=0.25, always_per_person=5))) == 100


def test_trainers_are_not_capped() -> None:
    labels: list[Label] = [demonstration("q", "a", source=Source.TRAINER) for _ in range(30)]
    assert len(within_caps(labels, Settings(labels_per_person=3))) == 30
