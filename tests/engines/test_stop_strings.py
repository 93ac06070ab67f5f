"""Stop strings end a text wherever its pieces are cut, and only where they really come."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from homespun.engines.stop_strings import StopStrings

LETTERS = st.text("ab", max_size=12)


def fed(stops: tuple[str, ...], pieces: list[str]) -> tuple[str, bool]:
    scanner = StopStrings(stops)
    text = "".join(scanner.feed(piece) for piece in pieces)
    return text + scanner.finish(), scanner.reached


def first_place(text: str, stops: list[str]) -> int | None:
    places = [text.find(stop) for stop in stops if stop in text]
    return min(places) if places else None


@given(stops=st.lists(st.text("ab", min_size=1, max_size=5), max_size=3), pieces=st.lists(LETTERS, max_size=6))
def test_text_ends_before_the_stop_string_that_is_complete_first(stops: list[str], pieces: list[str]) -> None:
    text, reached = fed(tuple(stops), pieces)
    whole = "".join(pieces)
    assert reached == any(stop in whole for stop in stops)
    assert whole.startswith(text)
    assert not any(stop in text for stop in stops)
    if not reached:
        assert text == whole


@given(stop=st.text("ab", min_size=1, max_size=5), whole=LETTERS)
def test_the_way_a_text_is_cut_makes_no_difference(stop: str, whole: str) -> None:
    assert fed((stop,), list(whole)) == fed((stop,), [whole])


def test_text_that_may_begin_a_stop_string_is_held_back_and_no_more() -> None:
    scanner = StopStrings(("END",))
    assert scanner.feed("the E") == "the "
    assert scanner.feed("N") == ""
    assert scanner.feed("gine") == "ENgine"
    assert scanner.feed("END and more") == ""
    assert scanner.reached
    assert scanner.feed("after") == ""
    assert scanner.finish() == ""


def test_without_stop_strings_text_passes_at_once() -> None:
    assert StopStrings(()).feed("anything") == "anything"
    assert StopStrings(("",)).feed("anything") == "anything"
