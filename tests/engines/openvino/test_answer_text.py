from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from homespun.engines.openvino.answer_text import AnswerText

from .making import Letters


def stream(text: str, stops: tuple[str, ...]) -> tuple[list[str], bool]:
    """Feeds a text letter by letter, as a model would; gives the pieces and whether a stop string ended it."""
    answer = AnswerText(Letters(), stops)
    pieces = []
    for letter in text:
        if answer.feed(ord(letter)):
            pieces.append(answer.finish())
            return pieces, True
        pieces.append(answer.take())
    pieces.append(answer.finish())
    return pieces, False


def test_without_stop_strings_every_piece_goes_out_at_once() -> None:
    assert stream("abc", ())[0] == ["a", "b", "c", ""]


def test_holds_back_what_may_be_the_beginning_of_a_stop_string() -> None:
    assert stream("a<e", ("<end>",))[0] == ["a", "", "", "<e"]


def test_gives_out_what_turned_out_to_be_no_stop_string() -> None:
    assert stream("a<ex", ("<end>",))[0] == ["a", "", "", "<ex", ""]


def test_ends_before_the_stop_string() -> None:
    assert stream("ab<end>cd", ("<end>",)) == (["a", "b", "", "", "", "", ""], True)


def test_the_first_of_several_stop_strings_counts() -> None:
    pieces, stopped = stream("one two three", ("three", "wo"))
    assert stopped
    assert "".join(pieces) == "one t"


@given(st.text("ab", max_size=30), st.lists(st.text("ab", min_size=1, max_size=4), max_size=3))
def test_streams_just_what_stands_before_the_first_stop_string(text: str, stops: list[str]) -> None:
    pieces, stopped = stream(text, tuple(stops))
    ends = [place + len(stop) for stop in stops if (place := text.find(stop)) >= 0]
    assert stopped == bool(ends)
    seen = text[: min(ends)] if ends else text
    expected = min((seen[:place] for stop in stops if (place := seen.find(stop)) >= 0), key=len, default=seen)
    assert "".join(pieces) == expected
