"""How fast the journal lists, searches and opens conversations: 1,000 of them with 50 turns each, half in Chinese.

Run it with `python benchmarks/journal.py`. It fills a database in a temporary folder (about 40 seconds) and prints
milliseconds per call through the same `Journal` that the server uses.
"""

from __future__ import annotations

import asyncio
import random
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table
from sqlalchemy import insert

from homespun.core.clock import SystemClock
from homespun.core.events import FinishReason
from homespun.core.incoming import Door
from homespun.journal import Journal, TurnState
from homespun.journal.tables import AnswerRow, ConversationRow, TurnRow
from homespun.store import Store

CONVERSATIONS = 1_000
TURNS = 50
CALLS = 40
OWNER = "person_bench"
BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)

_SYLLABLES = (
    "ba",
    "be",
    "bi",
    "ra",
    "re",
    "ri",
    "ro",
    "ta",
    "te",
    "ti",
    "to",
    "na",
    "ne",
    "ni",
    "no",
    "sha",
    "cho",
    "the",
    "ing",
    "ed",
    "er",
    "ly",
    "con",
    "pre",
    "ex",
)


class Writer:
    """Makes up texts in two languages whose words are as unevenly common as real ones (Zipf)."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._words = ["".join(self._random.choices(_SYLLABLES, k=self._random.randint(1, 4))) for _ in range(20_000)]
        self._word_weights = [1 / (rank + 1) for rank in range(20_000)]
        self._characters = [chr(0x4E00 + number) for number in range(3_000)]
        self._character_weights = [1 / (rank + 5) for rank in range(3_000)]

    def english(self, words: int) -> str:
        """So many words."""
        return " ".join(self._random.choices(self._words, self._word_weights, k=words))

    def chinese(self, characters: int) -> str:
        """So many characters, none of them punctuation."""
        return "".join(self._random.choices(self._characters, self._character_weights, k=characters))


def conversation_rows(
    number: int, writer: Writer
) -> tuple[dict[str, object], list[dict[str, object]], list[dict[str, object]]]:
    """One conversation with its turns and answers: 150 words each, or as much in Chinese."""
    asked_at = BEGINNING + timedelta(minutes=number)
    conversation_id = f"conv_{number:05}"
    texts: Iterator[tuple[str, str]] = (
        (writer.english(12), writer.english(150)) if number % 2 else (writer.chinese(25), writer.chinese(250))
        for _ in range(TURNS)
    )
    turns: list[dict[str, object]] = []
    answers: list[dict[str, object]] = []
    for place, (question, answer) in enumerate(texts):
        turn_id = f"turn_{number:05}_{place:02}"
        turns.append(turn_row(turn_id, conversation_id, turns[-1]["id"] if turns else None, question, asked_at))
        answers.append(
            {
                "turn_id": turn_id,
                "choice": 0,
                "text": answer,
                "finish_reason": FinishReason.STOP,
                "completion_tokens": 200,
            }
        )
    conversation: dict[str, object] = {
        "id": conversation_id,
        "owner_id": OWNER,
        "title": writer.english(6),
        "selected_turn_id": turns[-1]["id"],
        "created_at": asked_at,
        "updated_at": asked_at,
    }
    return conversation, turns, answers


def turn_row(
    turn_id: str, conversation_id: str, parent_id: object, question: str, asked_at: datetime
) -> dict[str, object]:
    return {
        "id": turn_id,
        "owner_id": OWNER,
        "conversation_id": conversation_id,
        "parent_id": parent_id,
        "question_id": turn_id,
        "door": Door.WEB,
        "question": question,
        "system": "",
        "model": "bench",
        "parameters": {"temperature": 0.7, "top_p": 0.95, "max_tokens": 512},
        "state": TurnState.COMPLETE,
        "prompt_tokens": 100,
        "cached_tokens": 50,
        "first_token_ms": 100,
        "total_ms": 2_000,
        "created_at": asked_at,
        "closed_at": asked_at,
    }


async def fill(store: Store) -> None:
    writer = Writer(seed=1)
    for number in track(range(CONVERSATIONS), description="Filling the journal"):
        conversation, turns, answers = conversation_rows(number, writer)
        async with store.write() as session:
            await session.execute(insert(ConversationRow), [conversation])
            await session.execute(insert(TurnRow), turns)
            await session.execute(insert(AnswerRow), answers)


async def milliseconds(call: Callable[[], Awaitable[object]]) -> list[float]:
    """Of each of `CALLS` calls, sorted."""
    taken = []
    for _ in range(CALLS):
        began = time.perf_counter()
        await call()
        taken.append((time.perf_counter() - began) * 1_000)
    return sorted(taken)


async def measure(journal: Journal) -> dict[str, dict[str, float]]:
    """Milliseconds at p50 and p95, by call."""
    chosen = random.Random(2)
    rare = (await journal.conversation(OWNER, "conv_00000")).turns[0].answer
    calls: dict[str, Callable[[], Awaitable[object]]] = {
        "list, first 50": lambda: journal.conversations(OWNER),
        "open, 50 turns": lambda: journal.conversation(OWNER, f"conv_{chosen.randrange(CONVERSATIONS):05}"),
        "history, 50 turns": lambda: journal.history(
            OWNER, f"turn_{chosen.randrange(CONVERSATIONS):05}_{TURNS - 1:02}"
        ),
        "search, a common word": lambda: journal.conversations(OWNER, query="the"),
        "search, two Chinese characters": lambda: journal.conversations(OWNER, query=rare[:2]),
        "search, four Chinese characters": lambda: journal.conversations(OWNER, query=rare[:4]),
        "search, a word that is nowhere": lambda: journal.conversations(OWNER, query="nowhere-at-all"),
        "search, two words": lambda: journal.conversations(OWNER, query="the exchocontobi"),
    }
    figures = {}
    for name, call in track(calls.items(), description="Measuring"):
        taken = await milliseconds(call)
        p95 = taken[int(len(taken) * 0.95) - 1]
        figures[name] = {"p50_ms": round(statistics.median(taken), 1), "p95_ms": round(p95, 1)}
    return figures


async def fill_and_measure() -> tuple[dict[str, dict[str, float]], int]:
    """The figures, and the size of the database in bytes."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "homespun.db"
        store = Store(f"sqlite+aiosqlite:///{file}")
        await store.migrate()
        await fill(store)
        figures = await measure(Journal(store, Path(folder) / "spools", SystemClock()))
        size_bytes = file.stat().st_size
        await store.close()
    return figures, size_bytes


def main() -> None:
    """Prints a table."""
    figures, size_bytes = asyncio.run(fill_and_measure())
    table = Table("call", "p50 ms", "p95 ms", title=f"{CONVERSATIONS:,} conversations of {TURNS} turns")
    for name, taken in figures.items():
        table.add_row(name, f"{taken['p50_ms']:.1f}", f"{taken['p95_ms']:.1f}")
    table.caption = f"database: {size_bytes / 1e6:.0f} MB"
    Console().print(table)


if __name__ == "__main__":
    main()
