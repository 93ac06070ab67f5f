"""What the tests of the command line share: an installation in a temporary folder, and a way to run commands on it."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from homespun.cli import main


@dataclass(frozen=True)
class Outcome:
    """What a command left behind."""

    status: int
    out: str
    err: str


Run = Callable[..., Outcome]


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation whose model is a script; nothing of this machine's own settings counts."""
    for name in [*os.environ]:
        if name.startswith(("HOMESPUN_", "OPENAI_")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOMESPUN_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("HOMESPUN_ENGINE", "scripted")
    monkeypatch.setenv("HOMESPUN_MODEL", "parrot")
    monkeypatch.setenv("COLUMNS", "200")
    return tmp_path / "data"


@pytest.fixture
def run(data_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command in this process, with `piped` on its standard input."""

    def run_command(*arguments: str, piped: str = "") -> Outcome:
        monkeypatch.setattr(sys, "argv", ["homespun", *arguments])
        monkeypatch.setattr(sys, "stdin", io.StringIO(piped))
        status: object = 0
        try:
            main()
        except SystemExit as leaving:
            status = leaving.code
        assert isinstance(status, int | None)
        out, err = capsys.readouterr()
        return Outcome(status or 0, out, err)

    return run_command
