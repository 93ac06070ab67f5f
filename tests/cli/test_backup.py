from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from homespun.settings import Settings
from homespun.wiring import open_releases
from tests.databases.server import Server

from .conftest import Run
from .servers import serving


@pytest.fixture
def backup(run: Run, data_dir: Path, tmp_path: Path) -> Path:
    """Of an installation with a key, an open answer and settings."""
    (tmp_path / "homespun.toml").write_text('model = "of then"\n')
    assert run("keys", "create", "ci").status == 0
    (data_dir / "spools").mkdir()
    (data_dir / "spools" / "turn_1.jsonl").write_text('["piece",0,"Hel",1]\n')
    (data_dir / "spools" / "host").write_text("host_1")
    assert run("backup", str(tmp_path / "x.backup")).status == 0
    return tmp_path / "x.backup"


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Another machine's data directory."""
    monkeypatch.setenv("HOMESPUN_DATA_DIR", str(tmp_path / "elsewhere"))
    return tmp_path / "elsewhere"


@pytest.fixture
def on_postgresql(postgresql: Server) -> Iterator[str]:
    with postgresql.database(migrated=False) as url:
        yield url


def test_says_what_it_saved_and_that_models_are_not_in_it(run: Run, data_dir: Path, tmp_path: Path) -> None:
    run("keys", "create", "ci")
    outcome = run("backup", str(tmp_path / "x.backup"))
    assert "2 rows of" in outcome.out
    assert "models are not in it" in outcome.out
    assert "Saving: 100% of 2 rows" in outcome.err


def test_everything_comes_back_elsewhere(run: Run, backup: Path, elsewhere: Path, tmp_path: Path) -> None:
    outcome = run("restore", str(backup))
    assert outcome.status == 0, outcome.err
    assert "ci" in run("keys", "list").out
    assert (elsewhere / "spools" / "turn_1.jsonl").read_text() == '["piece",0,"Hel",1]\n'
    assert (elsewhere / "spools" / "host").read_text() == "host_1"
    assert (elsewhere / "homespun.toml.restored").read_text() == 'model = "of then"\n'
    assert (elsewhere / "homespun.toml.restored").stat().st_mode & 0o077 == 0
    assert str(elsewhere / "homespun.toml.restored") in outcome.out


def test_what_training_has_made_comes_back_elsewhere(
    run: Run, data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "elsewhere"
    improvement = "learning/runs/run_1"
    kept = {
        f"{improvement}/plan.json",
        f"{improvement}/stages/1-sft/training.json",
        f"{improvement}/stages/1-sft/training.log",
        "learning/snapshots/ab/manifest.json",
        "learning/snapshots/ab/pairs.parquet",
        "learning/erased/ab.json",
        "learning/pseudonyms.key",
        "tuning/files/cd",
        "tuning/jobs/ftjob_1/labelling.json",
    }
    made_again = {
        f"{improvement}/stages/1-sft/job.json",
        f"{improvement}/stages/1-sft/model/model.safetensors",
        f"{improvement}/stages/1-sft/checkpoints/checkpoint-1/model.safetensors",
        "learning/bases/ab/model.safetensors",
        "tuning/jobs/ftjob_1/training/training.log",
        "models/tiny/tiny.gguf",
        "releases/.draft-1/manifest.json",
    }
    release = with_a_release(data_dir)
    for name in kept | made_again:
        (data_dir / name).parent.mkdir(parents=True, exist_ok=True)
        (data_dir / name).write_text(name)
    assert run("backup", str(tmp_path / "x.backup")).status == 0
    monkeypatch.setenv("HOMESPUN_DATA_DIR", str(elsewhere))
    assert run("restore", str(tmp_path / "x.backup")).status == 0
    back = {str(path.relative_to(elsewhere)) for path in elsewhere.rglob("*") if path.is_file()}
    assert kept <= back
    assert made_again & back == set()
    assert all((elsewhere / name).read_text() == name for name in kept)
    assert (elsewhere / "release.key").stat().st_mode & 0o077 == 0
    assert run("releases", "export", release, "--to", "out").status == 0, "its signature is good there"


def test_what_the_backup_has_nothing_of_stays(run: Run, backup: Path, data_dir: Path) -> None:
    (data_dir / "releases").mkdir()
    (data_dir / "releases" / "copied").write_text("by hand")
    assert run("restore", str(backup), "--force").status == 0
    assert (data_dir / "releases" / "copied").exists()


def test_a_full_disk_replaces_nothing(run: Run, backup: Path, data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    run("keys", "create", "later")
    monkeypatch.setattr("homespun.cli.restoring.unpack_files", full)
    outcome = run("restore", str(backup), "--force")
    assert outcome.status == 1
    assert "nothing was replaced" in outcome.err
    assert "later" in run("keys", "list").out
    assert (data_dir / "spools" / "turn_1.jsonl").exists()


def with_a_release(data_dir: Path) -> str:
    async def make() -> str:
        async with open_releases(Settings(data_dir=data_dir, model="parrot")) as (releases, _):
            await releases.ensure_base("base-1")
            (data_dir / "trained").mkdir()
            (data_dir / "trained" / "model.safetensors").write_text("weights")
            made = await releases.register(
                data_dir / "trained",
                base_digest="base-1",
                snapshot_digest="ab",
                recipe={},
                card={"passed": True},
                parent="1",
            )
            return made.name

    data_dir.mkdir()
    return asyncio.run(make())


def test_an_installation_moves_to_postgresql_and_back(
    run: Run, backup: Path, on_postgresql: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = run("keys", "list").out
    monkeypatch.setenv("HOMESPUN_DATABASE_URL", on_postgresql)
    monkeypatch.setenv("HOMESPUN_DATA_DIR", str(tmp_path / "elsewhere"))
    assert run("restore", str(backup)).status == 0
    assert run("keys", "list").out == before
    assert run("backup", str(tmp_path / "y.backup")).status == 0
    monkeypatch.setenv("HOMESPUN_DATABASE_URL", "")
    assert run("restore", str(tmp_path / "y.backup"), "--force").status == 0
    assert run("keys", "list").out == before


def test_does_not_replace_what_is_there_unless_it_is_told_to(run: Run, backup: Path, data_dir: Path) -> None:
    run("keys", "create", "later")
    outcome = run("restore", str(backup))
    assert (outcome.status, outcome.err) == (
        1,
        "Error: This installation isn't empty. With --force everything in it is replaced.\n",
    )
    assert "later" in run("keys", "list").out
    assert run("restore", str(backup), "--force").status == 0
    assert "later" not in run("keys", "list").out


def test_a_damaged_backup_changes_nothing(run: Run, backup: Path, data_dir: Path) -> None:
    backup.write_bytes(backup.read_bytes()[:-20])
    outcome = run("restore", str(backup), "--force")
    assert outcome.status == 1
    assert outcome.err.startswith("Error: The backup is damaged")
    assert "ci" in run("keys", "list").out
    assert sorted(os.listdir(data_dir)) == ["homespun.db", "spools"]


def test_what_is_no_backup_is_an_error_of_one_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "x.backup").write_text("a shopping list")
    for name in ("x.backup", "nowhere.backup", "."):
        outcome = run("restore", str(tmp_path / name))
        assert outcome.status == 1
        assert outcome.err.count("\n") == 1, outcome.err


def test_a_running_server_is_saved_but_not_replaced(run: Run, data_dir: Path, tmp_path: Path) -> None:
    with serving():
        assert run("backup", str(tmp_path / "x.backup")).status == 0
        outcome = run("restore", str(tmp_path / "x.backup"), "--force")
    assert outcome.status == 1
    assert "Stop the server" in outcome.err
    with closing(sqlite3.connect(data_dir / "homespun.db")) as database:
        assert database.execute("SELECT count(*) FROM people").fetchone() == (1,)


def test_without_a_database_there_is_nothing_to_save(run: Run, data_dir: Path, tmp_path: Path) -> None:
    outcome = run("backup", str(tmp_path / "x.backup"))
    assert outcome.status == 1
    assert not (tmp_path / "x.backup").exists()
    assert not (data_dir / "homespun.db").exists()
