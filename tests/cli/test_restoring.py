"""A restore that is killed, at whichever moment, leaves what there was or what there is to be."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from homespun.cli.restoring import settle_restore
from homespun.learning.taking import taken
from homespun.settings import load
from tests.databases.server import Server

from .conftest import Run
from .servers import serving

KILLED = 9
_OF_THEN = {
    "spools/turn_1.jsonl": '["piece",0,"Hel",1]\n',
    "release.key": "the key of then",
    "releases/ab/manifest.json": "{}",
    "learning/runs/run_1/plan.json": "{}",
    "learning/runs/wish.json": '{"run":"run_1"}',
    "learning/snapshots/ab/manifest.json": "{}",
    "tuning/files/cd": "uploaded then",
}
_OF_NOW = {
    "spools/turn_2.jsonl": '["piece",0,"Hi",1]\n',
    "release.key": "the key of now",
    "releases/cd/manifest.json": "{}",
    "learning/runs/run_2/plan.json": "{}",
    "learning/forgotten.json": "[]",
    "tuning/files/ef": "uploaded now",
}

Is = Callable[[str, str], bool]
"""Whether an event of Python's, with the path that it is about, is one to be killed before."""


def put(data_dir: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (data_dir / name).parent.mkdir(parents=True, exist_ok=True)
        (data_dir / name).write_text(text)


def state(run: Run, data_dir: Path) -> tuple[str, dict[str, str]]:
    """Who has keys, and the files that belong to the database."""
    keys = run("keys", "list").out
    places = ("release.key", "releases", "learning", "tuning", "spools")
    found = (path for place in places for path in (data_dir / place, *(data_dir / place).rglob("*")))
    named = {str(path.relative_to(data_dir)): path for path in found if path.is_file()}
    return keys, {name: path.read_text() for name, path in named.items() if not name.endswith(".lock")}


def restore_killed(run: Run, backup: Path, number: int, is_one: Is) -> bool:
    """Restores in a process that is killed before the `number`th of these events; false: it came to its end."""
    child = os.fork()
    if child == 0:
        left = number

        def look(event: str, details: tuple[object, ...]) -> None:
            nonlocal left
            if event.startswith(("os.", "shutil.")) and is_one(event, str(details[0])):
                left -= 1
                if left == 0:
                    os._exit(KILLED)

        sys.addaudithook(look)
        os._exit(run("restore", str(backup), "--force").status)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert status in (0, KILLED)
    return status == KILLED


def moves(event: str, path: str) -> bool:
    """A file comes to its place, or what was there goes."""
    is_marked = event == "os.remove" and path.endswith(("plan.json", "wish.json"))
    return event in ("os.rename", "shutil.rmtree") or is_marked


def puts_answers(event: str, path: str) -> bool:
    """The first of the files comes to its place: the rows have been replaced."""
    return event == "os.rename" and path.endswith(".restoring/files/spools")


@pytest.fixture
def backup(run: Run, data_dir: Path, tmp_path: Path) -> Path:
    """Of an installation of then; another is there now."""
    (tmp_path / "homespun.toml").write_text('model = "of then"\n')
    run("keys", "create", "then")
    put(data_dir, _OF_THEN)
    assert run("backup", str(tmp_path / "x.backup")).status == 0
    shutil.rmtree(data_dir)
    run("keys", "create", "now")
    put(data_dir, _OF_NOW)
    return tmp_path / "x.backup"


@pytest.fixture
def on_postgresql(postgresql: Server) -> Iterator[str]:
    with postgresql.database(migrated=False) as url:
        yield url


def settle() -> bool:
    """As a server does that starts."""
    return asyncio.run(settle_restore(load(os.environ)))


def test_killed_at_any_step_it_is_undone_or_finished(run: Run, backup: Path, data_dir: Path, tmp_path: Path) -> None:
    old = state(run, data_dir)
    shutil.copytree(data_dir, tmp_path / "now")
    assert run("restore", str(backup), "--force").status == 0
    new = state(run, data_dir)
    assert new[1] == {name: text for name, text in _OF_THEN.items() if "wish" not in name}
    seen = []
    for step in count(1):
        shutil.rmtree(data_dir)
        shutil.copytree(tmp_path / "now", data_dir)
        if not restore_killed(run, backup, step, moves):
            break
        is_finished = settle()
        found = state(run, data_dir)
        assert found in (old, new), f"killed before step {step}"
        assert not (data_dir / ".restoring").exists()
        assert not list(data_dir.glob("homespun.db.*"))
        assert found == new or not is_finished
        seen.append(found == new)
    assert seen == sorted(seen), "what was finished once is so from then on"
    assert seen.count(False) >= 2
    assert seen.count(True) >= 8


def test_the_same_restore_once_more_finishes_what_is_missing_and_says_so(
    run: Run, backup: Path, data_dir: Path
) -> None:
    assert restore_killed(run, backup, 1, puts_answers)
    outcome = run("restore", str(backup))
    assert (outcome.status, outcome.err.count("Error")) == (0, 0)
    assert "Finished what was cut off: " in outcome.out
    assert "An improvement was about to go on. It waits" in outcome.out
    assert (data_dir / "release.key").read_text() == "the key of then"
    assert not (data_dir / "learning" / "runs" / "wish.json").exists()
    assert run("restore", str(backup)).status == 1, "from now on it is an installation like any other"


def test_a_server_finishes_it_before_it_answers_anybody(run: Run, backup: Path, data_dir: Path) -> None:
    assert restore_killed(run, backup, 1, puts_answers)
    with serving() as server:
        assert "A restore had been cut off here; it is finished now." in server.greeting
    assert (data_dir / "tuning" / "files" / "cd").exists()
    assert not (data_dir / "spools" / "turn_2.jsonl").exists()
    assert not (data_dir / "learning" / "runs" / "wish.json").exists()


def test_a_backup_is_never_of_half_a_restore(run: Run, backup: Path, data_dir: Path, tmp_path: Path) -> None:
    assert restore_killed(run, backup, 1, puts_answers)
    assert run("backup", str(tmp_path / "y.backup")).status == 0
    assert run("restore", str(tmp_path / "y.backup"), "--force").status == 0
    assert (data_dir / "tuning" / "files" / "cd").exists()


def test_on_postgresql_too(
    run: Run, backup: Path, data_dir: Path, on_postgresql: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOMESPUN_DATABASE_URL", on_postgresql)
    assert restore_killed(run, backup, 1, puts_answers)
    assert settle()
    keys, files = state(run, data_dir)
    assert "then" in keys
    assert files["release.key"] == "the key of then"
    assert not settle()


def test_files_that_are_due_in_another_database_s_installation_are_not_thrown_away(
    run: Run, backup: Path, data_dir: Path, on_postgresql: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOMESPUN_DATABASE_URL", on_postgresql)
    assert restore_killed(run, backup, 1, puts_answers)
    monkeypatch.delenv("HOMESPUN_DATABASE_URL")
    for command in (("serve", "--port", "0"), ("restore", str(backup), "--force")):
        outcome = run(*command)
        assert outcome.status == 1
        assert "was for another database, postgresql" in outcome.err
        assert str(data_dir / ".restoring") in outcome.err
    monkeypatch.setenv("HOMESPUN_DATABASE_URL", on_postgresql)
    assert settle()


def test_nobody_serves_or_restores_while_somebody_restores(run: Run, backup: Path, data_dir: Path) -> None:
    assert restore_killed(run, backup, 1, puts_answers)
    with taken(data_dir / "restoring.lock"):
        for command in (("serve", "--port", "0"), ("restore", str(backup), "--force")):
            outcome = run(*command)
            assert outcome.status == 1
            assert "A backup is being restored here." in outcome.err
    assert settle()
