"""Which texts the database takes."""

from __future__ import annotations

import pytest

from homespun.core.errors import Invalid
from homespun.store import scrubbed_text, storable_text


@pytest.mark.parametrize("text", ["", "plain", "天气 🌦", "tab\tand\nline", "\x01\x1b\x7f", "\ufffe\U0010ffff"])
def test_takes_any_text_that_utf8_can_say_but_nul(text: str) -> None:
    assert storable_text(text, "question") == text
    assert scrubbed_text(text) == text


@pytest.mark.parametrize("text", ["\0", "half \ud83d of a pair", "\udfff"])
def test_refuses_nul_and_lone_surrogates_by_the_name_of_the_field(text: str) -> None:
    with pytest.raises(Invalid) as caught:
        storable_text(text, "question")
    assert caught.value.param == "question"


def test_scrubs_what_it_would_refuse() -> None:
    assert scrubbed_text("a\0b\ud83dc") == "a\ufffdb\ufffdc"
