from __future__ import annotations

from pathlib import Path

import pytest

from tests.models.tiny_models import gguf

from .conftest import Run


@pytest.fixture
def model_file(tmp_path: Path) -> Path:
    file = tmp_path / "tiny.gguf"
    file.write_bytes(gguf())
    return file


def test_lists_what_could_be_fetched_when_nothing_is_here(run: Run) -> None:
    said = run("models", "list").out
    assert "No model is installed yet." in said
    assert "smollm2-135m-instruct" in said


def test_pulls_a_file_line_by_line_where_nobody_watches(run: Run, model_file: Path) -> None:
    outcome = run("models", "pull", f"file:{model_file}", "--name", "tiny")
    assert outcome.status == 0
    assert outcome.out == "tiny is here: 0 MB, verified.\n"
    assert "Fetching 100%" in outcome.err
    assert "\x1b" not in outcome.err


def test_lists_what_is_here_with_its_origin(run: Run, model_file: Path) -> None:
    run("models", "pull", f"file:{model_file}", "--name", "tiny")
    listed = run("models", "list").out
    assert "tiny" in listed
    assert "gguf" in listed
    assert f"file:{model_file}" in listed


def test_marks_the_default(run: Run, model_file: Path) -> None:
    run("models", "pull", f"file:{model_file}", "--name", "parrot")
    assert "parrot (default)" in run("models", "list").out


def test_a_damaged_model_is_named_with_its_remedy(run: Run, model_file: Path, data_dir: Path) -> None:
    run("models", "pull", f"file:{model_file}", "--name", "tiny")
    (data_dir / "models" / "tiny" / "tiny.gguf").write_bytes(b"")
    listed = run("models", "list").out
    assert "tiny is damaged" in listed
    assert "homespun models pull tiny" in listed


def test_removes_a_model(run: Run, model_file: Path) -> None:
    run("models", "pull", f"file:{model_file}", "--name", "tiny")
    assert run("models", "remove", "tiny").out == "tiny is removed.\n"
    assert "tiny" not in run("models", "list").out


def test_what_is_not_there_cannot_be_removed(run: Run) -> None:
    outcome = run("models", "remove", "nope")
    assert outcome.status == 1
    assert outcome.err.startswith("Error: There is no model 'nope'")


def test_without_a_name_pulls_the_model_of_the_settings(run: Run) -> None:
    assert "parrot" in run("models", "pull").err
