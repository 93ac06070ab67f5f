"""Finding conversations by their words.

There is no index: `LIKE` reads every text of the owner's. It finds any run of characters, so it is right for Chinese,
where words are seldom longer than two characters and nothing stands between them. A word index would not find a part of
a word, a trigram index nothing as short as Chinese words are. `benchmarks/journal.py` measures it.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, exists, or_

from homespun.store import contains, storable_text

from .tables import AnswerRow, ConversationRow, FeedbackRow, TurnRow

_MOST_WORDS = 8
"""Further words of a query are left aside."""


def mentions(query: str, reader_id: str) -> list[ColumnElement[bool]]:
    """For each word of the query, a condition on `ConversationRow`: its title or one of its texts contains the word.

    Of edited answers, those of the reader count.

    Upper and lower case of ASCII letters count as one. Raises `Invalid` for a query that can't be text.
    """
    return [_mentions(word, reader_id) for word in storable_text(query, "query").split()[:_MOST_WORDS]]


def _mentions(word: str, reader_id: str) -> ColumnElement[bool]:
    """Each text hangs on its turn by an index. Were they joined first, PostgreSQL might read them once for each
    conversation, as long as it has not counted them (ANALYZE).
    """
    in_an_answer = exists().where(AnswerRow.turn_id == TurnRow.id, contains(AnswerRow.text, word))
    edits = (FeedbackRow.turn_id == TurnRow.id) & (FeedbackRow.person_id == reader_id)
    in_an_edit = exists().where(edits, contains(FeedbackRow.text, word))
    in_a_turn = or_(contains(TurnRow.question, word), in_an_answer, in_an_edit)
    return or_(
        contains(ConversationRow.title, word),
        exists().where(TurnRow.conversation_id == ConversationRow.id, in_a_turn),
    )
