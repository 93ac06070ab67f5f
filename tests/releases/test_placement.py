"""Who gets which release."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from homespun.core.incoming import Placement
from homespun.releases import Outcome, Rollout, placement

ROLLOUT = Rollout("roll_1", "rel_old", "rel_new", 0.05, Outcome.RUNNING, 0, datetime(2026, 1, 1, tzinfo=UTC), None)
PEOPLE = [f"person_{i}" for i in range(4_000)]

shares = st.floats(0.01, 0.99)


def has_canary(person_id: str, rollout: Rollout) -> bool:
    return placement(person_id, rollout).release_id == "rel_new"


@given(person_id=st.text(min_size=1), rollout_id=st.text(min_size=1), share=shares, more=shares)
def test_who_has_the_canary_keeps_it_while_the_share_grows(
    person_id: str, rollout_id: str, share: float, more: float
) -> None:
    small, large = sorted((share, more))
    rollout = replace(ROLLOUT, id=rollout_id, share=small)
    assert has_canary(person_id, replace(rollout, share=large)) or not has_canary(person_id, rollout)


@given(person_id=st.text(min_size=1), share=shares)
def test_the_probability_is_that_of_the_release_that_answers(person_id: str, share: float) -> None:
    placed = placement(person_id, replace(ROLLOUT, share=share))
    assert placed in (Placement("rel_new", share), Placement("rel_old", 1 - share))


@settings(max_examples=30, deadline=None)
@given(share=shares)
def test_the_canary_has_its_share_of_the_people(share: float) -> None:
    rollout = replace(ROLLOUT, share=share)
    has = sum(has_canary(person_id, rollout) for person_id in PEOPLE)
    assert abs(has / len(PEOPLE) - share) < 0.04


def test_one_rollout_tells_nothing_of_another() -> None:
    """Of those who have one canary, half have another one, too."""
    one, other = (replace(ROLLOUT, id=name, share=0.5) for name in ("roll_1", "roll_2"))
    having = [person_id for person_id in PEOPLE if has_canary(person_id, one)]
    both = sum(has_canary(person_id, other) for person_id in having)
    assert abs(both / len(having) - 0.5) < 0.04


def test_it_is_the_same_on_every_machine_and_in_every_version() -> None:
    assert [has_canary(f"person_{i}", replace(ROLLOUT, share=0.5)) for i in range(8)] == [
        *(False, True, False, True),
        *(True, False, True, True),
    ]
