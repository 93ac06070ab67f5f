"""A backup's files come to their places, and to no others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from homespun.cli.staged_files import Plan, Put, StagedFiles
from homespun.core.errors import Invalid


def plan(*, replaces: bool) -> Plan:
    return Plan("restore_1", "a backup", "", replaces)


def files(*names: str) -> Callable[[Path], None]:
    """What unpacks these, each with its own name in it."""

    def unpack(folder: Path) -> None:
        for name in names:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(f"{name} of then")

    return unpack


def put(data_dir: Path, *names: str, replaces: bool = False) -> Put:
    staged = StagedFiles(data_dir)
    staged.stage(files(*names), plan(replaces=replaces))
    found = staged.plan()
    assert found is not None
    return staged.put(found)


def test_what_is_there_stays_unless_it_is_to_be_replaced(tmp_path: Path) -> None:
    plans = [f"learning/runs/run_{number}/plan.json" for number in (1, 2)]
    runs = tmp_path / "learning" / "runs"
    (runs / "run_1" / "stages").mkdir(parents=True)
    (runs / "run_1" / "plan.json").write_text("of now")
    put(tmp_path, *plans)
    assert [(tmp_path / name).read_text() for name in plans] == ["of now", f"{plans[1]} of then"]
    assert (runs / "run_1" / "stages").exists()
    put(tmp_path, *plans, replaces=True)
    assert (tmp_path / plans[0]).read_text() == f"{plans[0]} of then"
    assert not (runs / "run_1" / "stages").exists()


def test_snapshots_of_then_have_everybody_looked_for_who_was_removed(tmp_path: Path) -> None:
    (tmp_path / "learning").mkdir(parents=True)
    (tmp_path / "learning" / "forgotten.json").write_text('["person_1"]')
    put(tmp_path, "learning/snapshots/ab/manifest.json")
    assert (tmp_path / "learning" / "snapshots" / "ab").exists()
    assert not (tmp_path / "learning" / "forgotten.json").exists()


@pytest.mark.parametrize("replaces", [False, True])
def test_no_improvement_goes_on_by_itself_whether_it_was_wished_for_then_or_now(
    tmp_path: Path, *, replaces: bool
) -> None:
    wish = tmp_path / "learning" / "runs" / "wish.json"
    assert put(tmp_path, "learning/runs/wish.json", "learning/runs/run_1/plan.json", replaces=replaces).has_waiting
    assert not wish.exists()
    assert (wish.parent / "run_1" / "plan.json").exists()
    wish.write_text("of now")
    assert put(tmp_path, replaces=replaces).has_waiting
    assert not wish.exists()
    assert not put(tmp_path, replaces=replaces).has_waiting


@pytest.mark.parametrize("name", ["evil", "models/tiny.gguf", "settings/other.toml", "spools/deep/turn"])
def test_files_that_belong_nowhere_are_refused(tmp_path: Path, name: str) -> None:
    staged = StagedFiles(tmp_path)
    with pytest.raises(Invalid, match="doesn't belong there"):
        staged.stage(files(name), plan(replaces=True))
    assert staged.plan() is None
    staged.discard()
    assert not any(tmp_path.iterdir())
