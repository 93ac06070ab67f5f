from __future__ import annotations

import json
from pathlib import Path

import pytest

from .conftest import Run
from .servers import serving


@pytest.fixture
def small(run: Run, tmp_path: Path) -> Run:
    """A benchmark that is over at once."""

    def bench(*options: str, piped: str = "") -> object:
        return run("bench", "serve", "--prompt-tokens", "20", "--max-tokens", "4", "--requests", "2", *options)

    return bench  # type: ignore[return-value]


def test_measures_a_server_and_keeps_the_figures(small: Run, run: Run, tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    with serving() as running:
        key = run("keys", "create", "bench").out.strip()
        options = ("--url", running.address, "--key", key, "--concurrency", "1,2", "--json", str(file))
        outcome = small(*options)
        piped = small("--url", running.address, "--key", key, "--concurrency", "1", "--json", "-")
        refused = small("--url", running.address, "--key", key, "--model", "nope")
    assert "tokens/s" in outcome.out
    report = json.loads(file.read_text())
    assert report["model"] == "parrot"
    assert [level["concurrency"] for level in report["levels"]] == [1, 2]
    assert all(level["failed"] == 0 and level["completion_tokens"] == 8 for level in report["levels"])
    assert json.loads(piped.out)["levels"][0]["tokens_per_s"] > 0
    assert refused.status == 1
    assert "does not exist here" in refused.err


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (("--concurrency", "1,x"), "--concurrency takes numbers from 1 up"),
        (("--concurrency", "0"), "--concurrency takes numbers from 1 up"),
        (("--extra", "[]"), "--extra is not a JSON object"),
        (("--url", "elsewhere"), "is no address of a server"),
        (("--url", "http://127.0.0.1:9"), "can't be reached"),
    ],
)
def test_says_in_one_line_what_it_cannot_do(small: Run, options: tuple[str, ...], problem: str) -> None:
    outcome = small(*options)
    assert outcome.status == 1
    assert problem in outcome.err
    assert outcome.err.count("\n") == 1
