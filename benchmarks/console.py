"""How long the console's pages take with 100,000 people, 1,000,000 turns and 5,000,000 ledger rows.

    python -m benchmarks.console [--scale 1.0]

Fills a SQLite database in a temporary folder (a few minutes), then asks a server on it for all that the web app's pages
read: every GET route of the app's API that needs no id, as the owner, over HTTP; exports are left out. A route that is
added later is measured by itself. Rows are spread over 90 days; one person in a hundred asks a hundred times as much as
the others, the owner among them. Half of all turns are in conversations of ten; one in fifty of these got a thumb, a
third of these down, and one person in ten consents that it is learned from.
"""

from __future__ import annotations

import argparse
import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import uvloop
from rich.console import Console
from rich.progress import track
from rich.table import Table
from tests.databases.migrated import migrated_database
from tests.ring.houses import MODEL, home

from homespun.api.app import build_app

PEOPLE = 100_000
TURNS = 1_000_000
ROWS_A_TURN = 5
_TALK_TURNS = 10
_TURNS_A_THUMB = 50
CALLS = 15
MOST_MS = 200.0
_CHUNK = 50_000
_NOW = datetime.now(UTC).replace(microsecond=0)
_DAYS = 90
_DOORS = ("api", "web")


def fill(database: Path, *, scale: float) -> None:
    """People, wallets, conversations, turns, thumbs, usage, their sums, and the ledger."""
    people, turns = round(PEOPLE * scale), round(TURNS * scale)
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("PRAGMA cache_size=-400000")
        for table, rows in (
            ("people", _people(people)),
            ("wallets", _wallets(people)),
            ("consents", _consents(people)),
            ("conversations", _conversations(turns, people)),
            ("turns", _turns(turns, people)),
            ("feedback", _thumbs(turns, people)),
            ("ledger_rows", _ledger(turns, people)),
        ):
            _insert(connection, table, rows)
        connection.execute("BEGIN")
        for statement in _DERIVED:
            connection.execute(statement)
        connection.execute("COMMIT")
        connection.execute("ANALYZE")


_DERIVED = (
    """INSERT INTO usage (turn_id, payer_id, person_id, door, model, currency, requests, prompt_tokens, cached_tokens,
        completion_tokens, plan_tokens, cost_micros, plan_micros, wallet_micros, machine_us, state, at, settled_at)
    SELECT id, owner_id, owner_id, door, model, 'USD', 1, prompt_tokens, cached_tokens, 50, 0, 80, 0, 80, 900000,
        'settled', created_at, closed_at FROM turns""",
    """INSERT INTO usage_days (payer_id, day, person_id, team_id, key_id, model, door, plan_id, currency, turns,
        prompt_tokens, cached_tokens, completion_tokens, cost_micros, plan_micros, wallet_micros)
    SELECT payer_id, date(at), person_id, '', '', model, door, '', currency, count(*), sum(prompt_tokens),
        sum(cached_tokens), sum(completion_tokens), sum(cost_micros), 0, sum(wallet_micros)
    FROM usage GROUP BY payer_id, date(at), person_id, model, door, currency""",
    """INSERT INTO usage_totals (day, model, door, plan_id, currency, share, turns, prompt_tokens, cached_tokens,
        completion_tokens, cost_micros, plan_micros, wallet_micros, measured_turns, machine_us)
    SELECT date(at), model, door, '', currency, 0, count(*), sum(prompt_tokens), sum(cached_tokens),
        sum(completion_tokens), sum(cost_micros), 0, sum(wallet_micros), count(machine_us), sum(machine_us)
    FROM usage GROUP BY date(at), model, door, currency""",
)


def _insert(connection: sqlite3.Connection, table: str, rows: Iterator[dict[str, Any]]) -> None:
    first = next(rows)
    names = ", ".join(first)
    statement = f"INSERT INTO {table} ({names}) VALUES ({', '.join(':' + name for name in first)})"
    chunk = [first]
    for row in track(rows, description=f"Filling {table}"):
        chunk.append(row)
        if len(chunk) == _CHUNK:
            _write(connection, statement, chunk)
    _write(connection, statement, chunk)


def _write(connection: sqlite3.Connection, statement: str, chunk: list[dict[str, Any]]) -> None:
    connection.execute("BEGIN")
    connection.executemany(statement, chunk)
    connection.execute("COMMIT")
    chunk.clear()


def _moment(number: int, count: int) -> str:
    """Spread evenly over the days, oldest first, as the database keeps it."""
    moment = _NOW - timedelta(days=_DAYS) * (1 - number / count)
    return moment.strftime("%Y-%m-%d %H:%M:%S.%f")


def _person(number: int) -> str:
    return f"person_{number:026}"


def _asker(people: int) -> str:
    busy = max(people // 100, 1)
    return _person(random.randrange(busy) if random.random() < 0.5 else random.randrange(people))


def _people(count: int) -> Iterator[dict[str, Any]]:
    for number in range(count):
        name = f"{random.choice(('Anna', 'Boris', 'Chen', '王', '李'))} {number}"
        yield {
            "id": _person(number),
            "name": name,
            "name_key": name.lower(),
            "role": "member" if number else "owner",
            "created_at": _moment(number, count),
            "email": f"person{number}@example.com",
        }


def _wallets(count: int) -> Iterator[dict[str, Any]]:
    for number in range(count):
        yield {"holder_id": _person(number), "currency": "USD", "balance_micros": 10**6, "held_micros": 0}


def _consents(people: int) -> Iterator[dict[str, Any]]:
    for number in range(0, people, 10):
        yield {"person_id": _person(number), "is_given": True, "at": _moment(number, people)}


def _talk(turn: int, people: int) -> tuple[str, str] | None:
    """The conversation that a turn is in, and whose it is; None: it came from a program."""
    if turn % len(_DOORS) == 0:
        return None
    number = turn // (len(_DOORS) * _TALK_TURNS)
    owner = number % (max(people // 100, 1) if number % 2 else people)
    return f"conversation_{number:020}", _person(owner)


def _conversations(turns: int, people: int) -> Iterator[dict[str, Any]]:
    for turn in range(1, turns, len(_DOORS) * _TALK_TURNS):
        talk = _talk(turn, people)
        assert talk is not None
        at = _moment(turn, turns)
        yield {"id": talk[0], "owner_id": talk[1], "title": "Hello?", "created_at": at, "updated_at": at}


def _thumbs(turns: int, people: int) -> Iterator[dict[str, Any]]:
    for count, turn in enumerate(range(1, turns, len(_DOORS) * _TURNS_A_THUMB)):
        talk = _talk(turn, people)
        assert talk is not None
        yield {
            "turn_id": f"turn_{turn:026}",
            "person_id": talk[1],
            "kind": "opinion",
            "thumb": "up" if count % 3 else "down",
            "reasons": "[]",
            "words": "",
            "text": "",
            "created_at": _moment(turn, turns),
        }


def _turns(count: int, people: int) -> Iterator[dict[str, Any]]:
    for number in range(count):
        identity, talk = f"turn_{number:026}", _talk(number, people)
        yield {
            "id": identity,
            "owner_id": talk[1] if talk else _asker(people),
            "conversation_id": talk[0] if talk else None,
            "question_id": identity,
            "question": "Hello?" if talk else None,
            "door": _DOORS[number % len(_DOORS)],
            "system": "",
            "prompt": None if talk else '{"text": "Hello?"}',
            "model": MODEL,
            "parameters": "{}",
            "state": "complete",
            "prompt_tokens": 30,
            "cached_tokens": 10,
            "created_at": _moment(number, count),
            "closed_at": _moment(number, count),
        }


def _ledger(turns: int, people: int) -> Iterator[dict[str, Any]]:
    for number in range(turns):
        turn, at, holder = f"turn_{number:026}", _moment(number, turns), _asker(people)
        wallet, held = f"wallet:{holder}", f"held:{holder}"
        for kind, account, micros in (
            ("hold", wallet, -100),
            ("hold", held, 100),
            ("settle", held, -100),
            ("settle", "income", 80),
            ("settle", wallet, 20),
        )[:ROWS_A_TURN]:
            yield {
                "entry_id": f"{kind}:{turn}",
                "account": account,
                "amount_micros": micros,
                "currency": "USD",
                "turn_id": turn,
                "memo": "",
                "at": at,
            }


def pages() -> list[str]:
    """Every address that a page of the web app reads and that has no id in it."""
    reads = [path for path, methods in build_app().openapi()["paths"].items() if "get" in methods]
    return sorted(path for path in reads if "{" not in path and not path.endswith(".csv") and "/sign-in/" not in path)


async def measure(folder: Path) -> dict[str, dict[str, float]]:
    """Milliseconds over HTTP, by address."""
    figures = {}
    async with home(folder) as opened, opened.browser() as owner:
        for path in pages():
            taken = []
            for _ in range(CALLS):
                began_s = time.perf_counter()
                response = await owner.get(path)
                taken.append((time.perf_counter() - began_s) * 1000)
                assert response.status_code == 200, (path, response.text)
            worst = sorted(taken[1:])[-2]
            figures[path] = {"p50_ms": round(statistics.median(taken[1:]), 1), "p95_ms": round(worst, 1)}
    return figures


def fill_and_measure(*, scale: float = 1.0) -> dict[str, dict[str, float]]:
    """The figures of a database of this scale."""
    with tempfile.TemporaryDirectory() as folder:
        fill(migrated_database(Path(folder)), scale=scale)
        return uvloop.run(measure(Path(folder)))


def main() -> None:
    """Prints a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.console", description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0)
    table = Table("page", "p50 ms", "p95 ms", f"below {MOST_MS:.0f} ms")
    for path, taken in fill_and_measure(scale=parser.parse_args().scale).items():
        table.add_row(path, f"{taken['p50_ms']}", f"{taken['p95_ms']}", str(taken["p95_ms"] < MOST_MS))
    Console().print(table)


if __name__ == "__main__":
    main()
