from __future__ import annotations

import subprocess
import sys

import pytest

from homespun import __version__
from homespun.cli import keys

from .conftest import Run

_HEAVY = ("fastapi", "httpx", "numpy", "openvino", "pydantic", "sqlalchemy", "tokenizers", "uvicorn")


def test_help_lists_every_command(run: Run) -> None:
    said = run("--help").out
    for command in ("serve", "chat", "models", "keys", "owner", "doctor", "backup", "restore", "bench"):
        assert command in said


def test_says_its_version(run: Run) -> None:
    assert run("--version").out == f"homespun {__version__}\n"


def test_help_comes_without_loading_what_only_some_commands_need() -> None:
    program = f"import sys, homespun.cli; print([name for name in {_HEAVY} if name in sys.modules])"
    assert subprocess.check_output([sys.executable, "-c", program], text=True) == "[]\n"


def test_runs_as_a_module() -> None:
    assert subprocess.check_output([sys.executable, "-m", "homespun", "--version"], text=True).startswith("homespun ")


def test_an_error_is_one_line_and_no_traceback(run: Run) -> None:
    outcome = run("keys", "revoke", "nobody's")
    assert (outcome.status, outcome.out) == (1, "")
    assert outcome.err == "Error: There is no such key in use. `homespun keys list` shows those there are.\n"


def test_a_setting_that_is_unknown_is_an_error_of_one_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOMESPUN_PROT", "1")
    outcome = run("keys", "list")
    assert outcome.status == 1
    assert outcome.err.startswith("Error: There is no setting HOMESPUN_PROT")
    assert outcome.err.count("\n") == 1


def test_a_folder_that_cannot_be_made_is_an_error_of_one_line(run: Run) -> None:
    outcome = run("keys", "list", "--data-dir", "/dev/null/data")
    assert outcome.status == 1
    assert "The data directory /dev/null/data can't be used: Not a directory." in outcome.err


def test_ctrl_c_ends_a_command_quietly(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(keys, "with_data_dir", interrupted)
    outcome = run("keys", "list")
    assert outcome.status == 130
    assert "Traceback" not in outcome.err
