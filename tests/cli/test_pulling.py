from __future__ import annotations

import re
from pathlib import Path

import pytest

from homespun.cli.pulling import ensure_model, progress_shown
from homespun.models import InstalledModel, ModelStore, OnProgress, Phase, Progress
from homespun.settings import EngineKind, Settings


def test_a_log_gets_a_line_for_each_quarter_not_for_each_report(capsys: pytest.CaptureFixture[str]) -> None:
    with progress_shown() as on_progress:
        for done in range(0, 1001, 10):
            on_progress(Progress(Phase.FETCHING, done * 1_000_000, 1_000_000_000))
        on_progress(Progress(Phase.DONE))
    lines = capsys.readouterr().err.splitlines()
    assert [re.sub(r" of .*", "", line) for line in lines] == [
        "Fetching 0%",
        "Fetching 25%",
        "Fetching 50%",
        "Fetching 75%",
        "Fetching 100%",
        "Done",
    ]


def test_a_terminal_gets_bars(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    with progress_shown() as on_progress:
        on_progress(Progress(Phase.LOOKING_UP))
        on_progress(Progress(Phase.FETCHING, 500_000, 1_000_000))
        on_progress(Progress(Phase.FETCHING, 1_000_000, 1_000_000))
        on_progress(Progress(Phase.DONE))
    shown = capsys.readouterr().err
    assert "Fetching" in shown
    assert "1.0/1.0 MB" in shown


@pytest.fixture
def pulled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of models that were asked for; none is really fetched."""
    asked: list[str] = []

    async def pull(self: ModelStore, spec: str, on_progress: OnProgress, *, name: str | None) -> InstalledModel | None:
        asked.append(spec)
        return None

    monkeypatch.setattr(ModelStore, "pull", pull)
    return asked


def test_a_known_model_that_is_missing_is_fetched_before_it_is_needed(tmp_path: Path, pulled: list[str]) -> None:
    ensure_model(Settings(data_dir=tmp_path))
    assert pulled == ["smollm2-135m-instruct"]


def test_a_model_of_unknown_origin_is_left_to_its_owner(tmp_path: Path, pulled: list[str]) -> None:
    ensure_model(Settings(data_dir=tmp_path, model="our-own"))
    assert pulled == []


def test_other_engines_need_no_files(tmp_path: Path, pulled: list[str]) -> None:
    ensure_model(Settings(data_dir=tmp_path, engine=EngineKind.SCRIPTED))
    assert pulled == []
