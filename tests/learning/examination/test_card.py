"""The card fails closed, is the same for the same answers, and can be read by people."""

from __future__ import annotations

from dataclasses import replace

import pytest

from homespun.learning.examination import Card, Limit, Sample, Suite, Verdict, as_html, as_text, read_card

PASSED = Suite("knowledge", "Does it know?", Verdict.PASSED, "All of it.", 1.0, 0.9, 1.1, Limit(at_least=0.6), 84)
FAILED = replace(
    PASSED,
    name="safety",
    verdict=Verdict.FAILED,
    words="12 lost.",
    samples=(Sample("<b>How?</b>", "Like so & so.", "I can't help with that.", "Lost."),),
)
NOT_RUN = Suite("served as trained", "Is it the same?", Verdict.NOT_RUN, "Nothing tells.")


def card(*suites: Suite, **times: float) -> Card:
    return Card("acme@7", "acme@6", suites, times)


def test_a_card_passes_if_no_suite_has_failed() -> None:
    assert card(PASSED).passed
    assert card(PASSED, NOT_RUN).passed
    assert not card(PASSED, FAILED, NOT_RUN).passed


def test_a_card_without_suites_has_examined_nothing() -> None:
    assert not card().passed


def test_the_same_answers_give_the_same_bytes_whatever_the_clock_says() -> None:
    assert card(PASSED, FAILED, speed=1.0).encoded() == card(PASSED, FAILED, speed=2.0).encoded()
    assert card(PASSED, speed=1.0) == card(PASSED, speed=2.0)
    assert card(PASSED).encoded() != card(FAILED).encoded()


def test_noise_in_the_last_places_of_a_figure_changes_nothing() -> None:
    assert card(PASSED).encoded() == card(replace(PASSED, figure=1.0 + 1e-12)).encoded()


def test_a_card_is_read_as_it_was_written() -> None:
    before = card(PASSED, FAILED, NOT_RUN)
    assert read_card(before.encoded()) == before
    assert before.as_json()["passed"] is False


def test_text_tells_what_failed_and_shows_it() -> None:
    text = as_text(card(PASSED, FAILED, NOT_RUN, **{"champion, tokens/s": 412.5}))
    assert text.startswith("acme@7 has not passed its examination against acme@6")
    assert "✗ safety: Does it know?\n    12 lost." in text
    assert "candidate: Like so & so." in text
    assert "1.000 (0.900 to 1.100), at least 0.6; of 84" in text
    assert "– served as trained" in text
    assert "champion, tokens/s: 412.5" in text


def test_html_shows_answers_side_by_side_and_runs_none_of_them() -> None:
    html = as_html(card(PASSED, FAILED))
    assert "&lt;b&gt;How?&lt;/b&gt;" in html
    assert "<b>How?" not in html
    assert 'title="candidate">Like so &amp; so.</pre>' in html
    assert "http" not in html
    assert 'class="failed"' in html


@pytest.mark.parametrize(
    ("limit", "low", "high", "holds"),
    [
        (Limit(at_least=0.6), 0.6, 2.0, True),
        (Limit(at_least=0.6), 0.59, 2.0, False),
        (Limit(0.5, 2.0), 0.9, 2.0, True),
        (Limit(0.5, 2.0), 0.9, 2.1, False),
    ],
)
def test_a_limit_holds_for_the_whole_interval(limit: Limit, low: float, high: float, holds: bool) -> None:
    assert limit.holds(low, high) is holds
