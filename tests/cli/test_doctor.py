from __future__ import annotations

import os
import shutil
import socket
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from homespun.settings import load
from tests.databases.server import Server
from tests.models.tiny_models import gguf

from .conftest import Run
from .servers import serving


@pytest.fixture(autouse=True)
def _free_port(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOMESPUN_PORT", "0")


def _line(said: str, subject: str) -> str:
    return next(line for line in said.splitlines() if line[5:].startswith(subject))


def test_a_fresh_installation_is_well_and_remains_untouched(run: Run, data_dir: Path) -> None:
    outcome = run("doctor")
    assert _line(outcome.out, "database").endswith("none yet; made at the first start")
    assert _line(outcome.out, "engine").startswith("ok")
    assert not data_dir.exists()


def test_the_tables_of_a_running_installation_are_up_to_date(run: Run) -> None:
    run("keys", "create", "ci")
    assert "up to date" in _line(run("doctor").out, "database")


def test_a_damaged_database_is_bad_and_named(run: Run, data_dir: Path) -> None:
    run("keys", "create", "ci")
    file = data_dir / "homespun.db"
    file.write_bytes(file.read_bytes()[:4096] + b"\x00\xff" * 8192)
    outcome = run("doctor")
    assert outcome.status == 1
    assert _line(outcome.out, "database").startswith("BAD")
    assert "backup" in outcome.out


def test_what_is_no_database_is_bad(run: Run, data_dir: Path) -> None:
    data_dir.mkdir()
    (data_dir / "homespun.db").write_text("a shopping list, " * 500)
    said = _line(run("doctor").out, "database")
    assert said.startswith("BAD")
    assert said.endswith("damaged: file is not a database")


def test_a_database_of_a_newer_homespun_is_bad(run: Run, data_dir: Path) -> None:
    run("keys", "create", "ci")
    with closing(sqlite3.connect(data_dir / "homespun.db")) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
        database.commit()
    outcome = run("doctor")
    assert "of a newer Homespun (9999)" in _line(outcome.out, "database")
    refused = run("keys", "list")
    assert refused.err.startswith("Error: The database is of a newer Homespun.")


@pytest.fixture
def on_postgresql(postgresql: Server, data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An installation with an empty database on a server."""
    with postgresql.database(migrated=False) as url:
        monkeypatch.setenv("HOMESPUN_DATABASE_URL", url)
        yield url


def test_a_database_on_a_server_is_looked_at(run: Run, on_postgresql: str, data_dir: Path) -> None:
    assert _line(run("doctor").out, "database").endswith("none yet; made at the first start")
    assert run("keys", "create", "ci").status == 0
    said = _line(run("doctor").out, "database")
    assert said.startswith("ok   database   PostgreSQL 18")
    assert "up to date" in said
    assert not (data_dir / "homespun.db").exists()


def test_a_server_whose_clock_is_wrong_is_a_note(run: Run, on_postgresql: str, monkeypatch: pytest.MonkeyPatch) -> None:
    run("keys", "create", "ci")
    now = time.time
    monkeypatch.setattr(time, "time", lambda: now() - 100)
    assert "its clock is +100 s off" in _line(run("doctor").out, "database")


def test_a_server_that_is_not_there_is_bad_and_its_password_stays_secret(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOMESPUN_DATABASE_URL", "postgresql://ann:s3cret@127.0.0.1:1/homespun")
    outcome, refused = run("doctor"), run("keys", "list")
    assert "postgresql+asyncpg://ann:***@127.0.0.1:1/homespun" in _line(outcome.out, "database")
    assert outcome.status == refused.status == 1
    assert refused.err.startswith("Error: The database can't be reached at the moment.")
    assert "s3cret" not in outcome.out + outcome.err + refused.out + refused.err
    assert "s3cret" not in repr(load(os.environ))


def test_a_data_directory_that_cannot_be_made_is_bad(run: Run) -> None:
    outcome = run("doctor", "--data-dir", "/dev/null/data")
    assert outcome.status == 1
    assert _line(outcome.out, "data") == "BAD  data       /dev/null can't be written to"


@pytest.mark.parametrize(("free", "mark"), [(50_000_000, "BAD "), (500_000_000, "note"), (5_000_000_000, "ok  ")])
def test_says_when_the_disk_is_nearly_full(run: Run, monkeypatch: pytest.MonkeyPatch, free: int, mark: str) -> None:
    usage = shutil.disk_usage("/")._replace(free=free)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    assert _line(run("doctor").out, "data")[:4] == mark


def test_a_model_that_the_next_start_fetches_is_a_note(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOMESPUN_ENGINE", "openvino")
    outcome = run("doctor", "--model", "smollm2-135m-instruct")
    assert _line(outcome.out, "model").startswith("note")
    assert "The next start fetches it." in outcome.out


def test_a_model_that_nobody_knows_is_bad(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOMESPUN_ENGINE", "openvino")
    assert _line(run("doctor", "--model", "nowhere").out, "model").startswith("BAD")


def test_a_model_whose_bytes_have_changed_is_bad(
    run: Run, data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tiny.gguf").write_bytes(gguf())
    run("models", "pull", f"file:{tmp_path / 'tiny.gguf'}", "--name", "tiny")
    file = data_dir / "models" / "tiny" / "tiny.gguf"
    file.write_bytes(file.read_bytes()[:-1] + b"\x01")
    monkeypatch.setenv("HOMESPUN_ENGINE", "openvino")
    outcome = run("doctor", "--model", "tiny")
    assert outcome.status == 1
    assert "has changed since it was installed" in _line(outcome.out, "model")
    assert _line(outcome.out, "engine").startswith("BAD"), "nor can a model of three words be served"


def test_a_port_that_another_program_has_is_bad_and_names_the_program(run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        outcome = run("doctor", "--port", str(taken.getsockname()[1]))
    assert outcome.status == 1
    assert "is taken by" in _line(outcome.out, "port")
    assert "(process " in _line(outcome.out, "port")


def test_a_port_that_homespun_itself_has_is_well(run: Run) -> None:
    with serving() as running:
        outcome = run("doctor", "--port", running.address.rpartition(":")[2])
    assert "is serving on" in _line(outcome.out, "port")


def test_settings_that_are_wrong_are_an_error(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOMESPUN_ENGINE", "steam")
    outcome = run("doctor")
    assert outcome.status == 1
    assert "HOMESPUN_ENGINE" in outcome.err
