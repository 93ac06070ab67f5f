"""Writes what was measured: figures.md for people, with each goal beside its figure, and figures.json for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

_INTRODUCTION = """\
# Figures

Measured by `make bench`, which writes this page; everything on it is from one run on one machine. What is compared took
turns. More digits are in [figures.json](figures.json), what was tried on the way in [experiments](../experiments.md).
"""

_GATE = """\
## The gate

Admissions, each with a hold in the ledger; every commit is synced to disk. At a rate, people arrive at random and don't
wait for one another. As fast as it goes are whole turns, admission and settlement, of 128 people who ask at once.
"""
_CONSOLE = """\
## The console

What each page of the web app reads, over HTTP, with 100,000 people, 1,000,000 turns and 5,000,000 ledger rows (SQLite).
"""

_LEAST_RATIO = 1.0
_MOST_ADMISSION_MS = {"sqlite": 20.0, "postgresql": None}
_MOST_GATE_MS = 3.0
_MOST_PAGE_MS = 200.0
_LEAST_SERVER_RATIO = 0.95
_MOST_ADDED_MS = 10.0
_MOST_PREFIX_RATIO = 0.1
_MOST_JOURNAL_MS = 50.0


def write(figures: Mapping[str, Any], folder: Path) -> None:
    """Both files into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "figures.json").write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    (folder / "figures.md").write_text(as_markdown(figures), encoding="utf-8")


def as_markdown(figures: Mapping[str, Any]) -> str:
    """The page, from what `benchmarks.__main__` has measured."""
    sections = [
        _INTRODUCTION,
        _table(("", ""), [(name, value) for name, value in figures["machine"].items()]),
        "## The engine against OpenVINO GenAI's continuous batching\n\nTokens per second, medians; "
        "the goal is a ratio of at least 1.\n",
        _engine_table(figures["engine"]),
        "## The whole server over HTTP against its own engine\n",
        _server_table(figures["server"]),
        "## The journal\n\n1,000 conversations of 50 turns; "
        f"the goal is to list and to open in less than {_MOST_JOURNAL_MS:.0f} ms.\n",
        _journal_table(figures["journal"]),
        _GATE,
        _gate_table(figures["gate"]),
        _CONSOLE,
        _console_table(figures["console"]),
    ]
    return "\n".join(sections)


def _engine_table(engine: Mapping[str, Any]) -> str:
    rows = [
        (
            work,
            row["homespun"],
            row.get("genai", "-"),
            row.get("ratio", "-"),
            _mark(row["ratio"] >= _LEAST_RATIO) if "ratio" in row else "-",
        )
        for work, row in engine.items()
    ]
    return _table(("", "Homespun", "GenAI", "ratio", "reached"), rows)


def _server_table(server: Mapping[str, Any]) -> str:
    throughput, first, prefix = server["throughput"], server["first_token"], server["shared_prefix"]
    rows = [
        (
            f"{throughput['chats']} chats, tokens per second",
            f"{throughput['server']} of the engine's {throughput['engine']}: {throughput['ratio']:.1%}",
            f"at least {_LEAST_SERVER_RATIO:.0%}",
            _mark(throughput["ratio"] >= _LEAST_SERVER_RATIO),
        ),
        (
            "time to first token, p50",
            f"{first['server_ms']} ms, the engine's own {first['engine_ms']} ms: {first['added_ms']} ms added",
            f"less than {_MOST_ADDED_MS:.0f} ms added",
            _mark(first["added_ms"] < _MOST_ADDED_MS),
        ),
        (
            "the same with a shared prefix of 500 tokens",
            f"{prefix['first_ms']} ms, the second time {prefix['second_ms']} ms: {prefix['ratio']:.1%}",
            f"at most {_MOST_PREFIX_RATIO:.0%}",
            _mark(prefix["ratio"] <= _MOST_PREFIX_RATIO),
        ),
    ]
    return _table(("", "measured", "goal", "reached"), rows)


def _journal_table(journal: Mapping[str, Mapping[str, float]]) -> str:
    rows = [
        (
            call,
            taken["p50_ms"],
            taken["p95_ms"],
            _mark(taken["p50_ms"] < _MOST_JOURNAL_MS) if call.startswith(("list", "open")) else "-",
        )
        for call, taken in journal.items()
    ]
    return _table(("", "p50, ms", "p95, ms", "reached"), rows)


def _gate_table(gate: Mapping[str, Any]) -> str:
    rows = []
    for database, taken in gate.items():
        rate, alone, at_rate = taken["asked_rate"], taken["alone"], taken["at_rate"]
        most_ms = _MOST_ADMISSION_MS[database]
        is_in_time = most_ms is None or at_rate["p99_ms"] < most_ms
        is_reached = at_rate["rate"] >= 0.98 * rate and is_in_time
        rows += [
            (
                f"{database}, {rate} a second",
                f"{at_rate['rate']} a second, p50 {at_rate['p50_ms']} ms, p99 {at_rate['p99_ms']} ms",
                f"{rate} a second" + (f", p99 below {most_ms:.0f} ms" if most_ms else ""),
                _mark(is_reached),
            ),
            (f"{database}, as fast as it goes", f"{taken['most']} turns a second", "-", "-"),
            (
                f"{database}, one at a time",
                f"p50 {alone['p50_ms']} ms, p99 {alone['p99_ms']} ms",
                f"p50 below {_MOST_GATE_MS:.0f} ms",
                _mark(alone["p50_ms"] < _MOST_GATE_MS),
            ),
        ]
    return _table(("", "measured", "goal", "reached"), rows)


def _console_table(console: Mapping[str, Mapping[str, float]]) -> str:
    rows = [
        (f"`{page}`", taken["p50_ms"], taken["p95_ms"], _mark(taken["p95_ms"] < _MOST_PAGE_MS))
        for page, taken in console.items()
    ]
    return _table(("", "p50, ms", "p95, ms", f"below {_MOST_PAGE_MS:.0f} ms"), rows)


def _mark(reached: object) -> str:
    return "yes" if reached else "**no**"


def _table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines) + "\n"
