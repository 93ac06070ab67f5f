from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks import machine, report


@pytest.fixture
def figures() -> dict[str, Any]:
    return {
        "machine": machine.describe(),
        "engine": {
            "8 chats, greedy": {"homespun": 500.0, "genai": 400.0, "ratio": 1.25},
            "prefill, 512 tokens": {"homespun": 1500.0, "genai": 1600.0, "ratio": 0.938},
        },
        "server": {
            "throughput": {"chats": 16, "engine": 700.0, "server": 690.0, "ratio": 0.986},
            "first_token": {"engine_ms": 90.0, "server_ms": 101.0, "added_ms": 11.0},
            "shared_prefix": {"first_ms": 400.0, "second_ms": 30.0, "ratio": 0.075},
        },
        "journal": {"list, first 50": {"p50_ms": 5.0, "p95_ms": 6.0}},
        "gate": {
            "sqlite": {
                "asked_rate": 500,
                "alone": {"p50_ms": 2.0, "p99_ms": 4.0},
                "at_rate": {"rate": 499.0, "p50_ms": 4.0, "p99_ms": 21.0},
                "most": 2000.0,
            }
        },
        "console": {"/api/me": {"p50_ms": 3.0, "p95_ms": 201.0}},
    }


def test_says_of_every_goal_whether_it_is_reached(figures: dict[str, Any]) -> None:
    page = report.as_markdown(figures)
    assert "| 8 chats, greedy | 500.0 | 400.0 | 1.25 | yes |" in page
    assert "| prefill, 512 tokens | 1500.0 | 1600.0 | 0.938 | **no** |" in page
    assert "98.6% | at least 95% | yes |" in page
    assert "11.0 ms added | less than 10 ms added | **no** |" in page
    assert "7.5% | at most 10% | yes |" in page
    assert "| list, first 50 | 5.0 | 6.0 | yes |" in page
    assert "p99 21.0 ms | 500 a second, p99 below 20 ms | **no** |" in page
    assert "p50 2.0 ms, p99 4.0 ms | p50 below 3 ms | yes |" in page
    assert "| `/api/me` | 3.0 | 201.0 | **no** |" in page


def test_the_page_and_the_file_for_programs_lie_side_by_side(figures: dict[str, Any], tmp_path: Path) -> None:
    report.write(figures, tmp_path / "reference")
    assert json.loads((tmp_path / "reference" / "figures.json").read_text()) == figures
    assert (tmp_path / "reference" / "figures.md").read_text() == report.as_markdown(figures)


def test_the_machine_is_described_by_what_makes_it_fast_or_slow() -> None:
    assert {"processor", "memory", "openvino", "homespun", "date"} <= machine.describe().keys()
