from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from homespun.learning.curation.near_duplicates import groups, jaccard, shingled

LONG = "To reset the pump, hold the red button for ten seconds until the lamp at the front blinks twice."
CHINESE = "请先按住红色按钮十秒，直到前面的指示灯闪烁两次，然后松开按钮，等待设备重新启动。"


def test_nearly_the_same_are_together_with_the_first() -> None:
    texts = [LONG, "Something else altogether.", LONG.upper().replace(",", ""), f"  {LONG} ", "Quite another thing."]
    assert groups([(text,) for text in texts], 0.85) == [0, 1, 0, 0, 4]


def test_chinese_needs_no_words() -> None:
    assert groups([(CHINESE,), (CHINESE.replace("，", ",", 1),), (CHINESE[::-1],)], 0.85) == [0, 0, 2]


def test_every_place_has_to_be_alike() -> None:
    assert groups([(LONG, "yes, it is"), (LONG, "no, never"), (LONG, "yes, it is")], 0.85) == [0, 1, 0]


def test_what_may_not_be_the_same_is_not() -> None:
    assert groups([(LONG,), (LONG,)], 0.85, may_be=lambda one, other: False) == [0, 1]


def test_empty_texts_are_the_same() -> None:
    assert groups([("",), (" ",), ("x",)], 0.85) == [0, 0, 2]


TEXTS = st.text("ab c", min_size=0, max_size=30)


@given(st.lists(st.tuples(TEXTS), max_size=12), st.floats(0.5, 1.0))
def test_whatever_is_together_is_alike_and_equal_things_are_together(things: list[tuple[str]], least: float) -> None:
    for number, first in enumerate(groups(things, least)):
        assert first <= number
        assert jaccard(shingled(things[first][0]), shingled(things[number][0])) >= least
        assert first <= things.index(things[number])
