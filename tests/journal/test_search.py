"""Conversations are found by any of their words, in any script."""

from __future__ import annotations

import pytest

from homespun.core.errors import Invalid

from .talk import ANNA, Talk


@pytest.fixture
async def library(talk: Talk) -> Talk:
    """Three conversations: on weather in Chinese, on percentages, on a poem whose answer was edited."""
    await talk.say("今天天气怎么样？", "北京今天晴，气温二十度。", await talk.conversation(title="天气"))
    await talk.say("What is 100% of a_b?", r"All of it, \o/", await talk.conversation(title="Percent"))
    poem = await talk.say("Write a Poem", "Roses are red", await talk.conversation(title="Verse"))
    await talk.journal.record_edit(ANNA, poem.id, "Violets are blue")
    return talk


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Verse", "Percent", "天气"]),
        ("  ", ["Verse", "Percent", "天气"]),
        ("气", ["天气"]),
        ("北京", ["天气"]),
        ("气温二十度", ["天气"]),
        ("天京", []),
        ("verse", ["Verse"]),
        ("POEM", ["Verse"]),
        ("oses ar", ["Verse"]),
        ("red roses", ["Verse"]),
        ("red poem verse", ["Verse"]),
        ("red percent", []),
        ("violets", ["Verse"]),
        ("100%", ["Percent"]),
        ("%", ["Percent"]),
        ("a_b", ["Percent"]),
        ("a_a", []),
        ("\\o/", ["Percent"]),
        ("'; DROP TABLE turns; --", []),
    ],
)
async def test_a_query_finds_the_conversations_with_each_of_its_words(
    library: Talk, query: str, found: list[str]
) -> None:
    page = await library.journal.conversations(ANNA, query=query)
    assert [line.title for line in page.conversations] == found


async def test_what_is_found_comes_in_pages_too(library: Talk) -> None:
    first = await library.journal.conversations(ANNA, query="e", limit=1)
    second = await library.journal.conversations(ANNA, query="e", limit=1, cursor=first.next_cursor)
    assert [page.conversations[0].title for page in (first, second)] == ["Verse", "Percent"]
    assert second.next_cursor is None


async def test_a_query_of_a_thousand_words_is_answered(library: Talk) -> None:
    assert len((await library.journal.conversations(ANNA, query="e " * 1_000)).conversations) == 2


async def test_a_query_that_is_no_text_is_refused(talk: Talk) -> None:
    with pytest.raises(Invalid) as caught:
        await talk.journal.conversations(ANNA, query="half \ud83d")
    assert caught.value.param == "query"
