"""A backup holds every row, goes back into either database, and nothing in a file from elsewhere is believed."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, text
from sqlalchemy.ext.asyncio import AsyncConnection

from homespun.core.errors import Conflict, HomespunError, Invalid, NotFound
from homespun.store import Base, Store
from homespun.store.backup import (
    ArchiveWriter,
    Manifest,
    Progress,
    has_rows,
    restore,
    save,
    saving,
    unpack_files,
    verified,
)
from tests.databases.fixtures import BOTH, ON_SQLITE
from tests.databases.migrated import sqlite_url

from .comparing import differences
from .filling import contents, fill

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def silent(_: Progress) -> None:
    """Nobody watches."""


async def saved(store: Store, path: Path, kept: dict[str, bytes] | None = None) -> Manifest:
    with ArchiveWriter(path) as archive:
        return await save(store, archive, NOW, lambda: kept or {}, silent)


@pytest.fixture
async def backup(store: Store, tmp_path: Path) -> Path:
    """A file with some rows in every table."""
    await fill(store)
    await saved(
        store, tmp_path / "full.backup", {"spools/turn_1.jsonl": b"one\n", "settings/homespun.toml": b"port = 1"}
    )
    return tmp_path / "full.backup"


@pytest.fixture(params=BOTH)
def other_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Another database, without any table."""
    if request.param == "sqlite":
        yield sqlite_url(tmp_path / "other" / "homespun.db")
    else:
        with request.getfixturevalue("postgresql").database(migrated=False) as address:
            yield address


async def test_every_row_comes_back_on_either_database(store: Store, backup: Path, other_url: str) -> None:
    other = Store(other_url)
    reports: list[Progress] = []
    await restore(other, backup, verified(backup), reports.append)
    assert await contents(other) == await contents(store)
    assert [(report.done, report.total) for report in reports][-1] == (3 * len(Base.metadata.tables),) * 2
    async with other.read() as session:
        assert await (await session.connection()).run_sync(differences) == []
    await other.close()


async def test_numbers_go_on_after_the_highest(backup: Path, other_url: str) -> None:
    other = Store(other_url)
    await restore(other, backup, verified(backup), silent)
    async with other.write() as session:
        await session.execute(
            text(
                "INSERT INTO feedback (turn_id, person_id, kind, reasons, words, text, created_at)"
                " SELECT turn_id, person_id, kind, reasons, words, text, created_at FROM feedback WHERE number = 1"
            )
        )
        assert await session.scalar(text("SELECT max(number) FROM feedback")) == 4
    await other.close()


async def test_foreign_keys_hold_afterwards(backup: Path, other_url: str) -> None:
    other = Store(other_url)
    await restore(other, backup, verified(backup), silent)
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        async with other.write() as session:
            await session.execute(text("DELETE FROM people"))
    await other.close()


async def test_all_that_was_there_is_replaced(store: Store, backup: Path) -> None:
    before = await contents(store)
    async with store.write() as session:
        await session.execute(text("UPDATE people SET name = 'somebody else'"))
    await restore(store, backup, verified(backup), silent)
    assert await contents(store) == before


async def test_files_come_back_as_they_were_and_the_fuller_one_counts(store: Store, tmp_path: Path) -> None:
    moments = iter([{"spools/a": b"1", "spools/b": b"12"}, {"spools/a": b"12", "spools/c": b"1"}])
    with ArchiveWriter(tmp_path / "x.backup") as archive:
        manifest = await save(store, archive, NOW, lambda: next(moments), silent)
    unpack_files(tmp_path / "x.backup", manifest, tmp_path / "out")
    assert {path.name: path.read_bytes() for path in (tmp_path / "out/spools").iterdir()} == {
        "a": b"12",
        "b": b"12",
        "c": b"1",
    }


async def test_files_too_large_for_memory_come_back_too(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("homespun.store.backup.archive._PIECE_BYTES", 1_000)
    monkeypatch.setattr("homespun.store.backup.archive._LARGEST_READ", 100_000)
    large = {"releases/ab/model/model.safetensors": tmp_path / "large", "tuning/files/cd": tmp_path / "gone"}
    (tmp_path / "large").write_bytes(bytes(range(256)) * 8_000)
    reports: list[Progress] = []
    with ArchiveWriter(tmp_path / "x.backup") as archive:
        await save(store, archive, NOW, dict, reports.append, lambda: large)
    unpack_files(tmp_path / "x.backup", verified(tmp_path / "x.backup"), tmp_path / "out")
    unpacked = [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
    assert [path.relative_to(tmp_path / "out").as_posix() for path in unpacked] == [*large][:1]
    assert unpacked[0].read_bytes() == (tmp_path / "large").read_bytes()
    assert unpacked[0].stat().st_mode & 0o077 == 0
    assert (reports[-1].done, reports[-1].total, reports[-1].unit) == (2, 2, "MB")


@ON_SQLITE
async def test_a_file_that_changed_after_it_was_verified_is_refused(store: Store, backup: Path, tmp_path: Path) -> None:
    manifest = verified(backup)
    rewrite(backup, with_member("files/spools/turn_1.jsonl", b"two\n"))
    with pytest.raises(Invalid, match="changed meanwhile"):
        unpack_files(backup, manifest, tmp_path / "out")


@ON_SQLITE
async def test_a_file_that_is_a_folder_too_is_refused(store: Store, backup: Path, tmp_path: Path) -> None:
    rewrite(backup, with_member("files/spools/turn_1.jsonl/below", b""))
    with pytest.raises(Invalid, match="a file and a folder"):
        unpack_files(backup, verified(backup), tmp_path / "out")


async def test_what_others_write_meanwhile_is_not_in_it(
    store: Store, backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    find_tables = saving._tables

    async def find_tables_and_write(connection: AsyncConnection) -> list[Table]:
        tables = await find_tables(connection)
        async with store.write() as session:
            await session.execute(text("UPDATE people SET name = 'renamed meanwhile'"))
            await session.execute(text("DELETE FROM feedback"))
        return tables

    before = await contents(store)
    monkeypatch.setattr(saving, "_tables", find_tables_and_write)
    manifest = await saved(store, tmp_path / "again.backup")
    assert await contents(store) != before
    await restore(store, tmp_path / "again.backup", manifest, silent)
    assert await contents(store) == before


async def test_a_table_of_many_rows_comes_in_several_members(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("homespun.store.backup.saving._MEMBER_BYTES", 1_000)
    monkeypatch.setattr("homespun.store.backup.saving._ROWS_AT_A_TIME", 2)
    async with store.write() as session:
        for number in range(100):
            await session.execute(
                text(
                    "INSERT INTO conversations (id, owner_id, title, created_at, updated_at)"
                    " VALUES (:id, 'p', 'long', '2026-01-01 00:00:00', '2026-01-01 00:00:00')"
                ),
                {"id": f"conv_{number:03}"},
            )
    before = await contents(store)
    manifest = await saved(store, tmp_path / "x.backup")
    assert sum(name.startswith("tables/conversations/") for name in manifest.sha256) > 5
    await restore(store, tmp_path / "x.backup", manifest, silent)
    assert await contents(store) == before


async def test_says_whether_anything_would_be_lost(store: Store) -> None:
    assert not await has_rows(store)
    await fill(store)
    assert await has_rows(store)


async def test_where_there_is_no_database_there_is_nothing_to_save(empty_url: str, tmp_path: Path) -> None:
    store = Store(empty_url)
    assert not await has_rows(store)
    with pytest.raises(NotFound):
        await saved(store, tmp_path / "x.backup")
    await store.close()
    assert list(tmp_path.glob("*.backup*")) == []


async def test_never_overwrites_a_file(store: Store, backup: Path) -> None:
    with pytest.raises(Conflict):
        await saved(store, backup)
    verified(backup)


async def test_is_readable_by_its_user_alone(backup: Path) -> None:
    assert backup.stat().st_mode & 0o077 == 0


@ON_SQLITE
async def test_refuses_what_was_cut_off_anywhere(backup: Path) -> None:
    whole = backup.read_bytes()
    for length in (0, 1, 10, 100, len(whole) // 2, len(whole) - 9, len(whole) - 1):
        backup.write_bytes(whole[:length])
        with pytest.raises(Invalid):
            verified(backup)


@ON_SQLITE
async def test_refuses_what_has_one_byte_changed_anywhere(backup: Path) -> None:
    whole = backup.read_bytes()
    for place in range(10, len(whole), 997):
        backup.write_bytes(whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :])
        with pytest.raises(Invalid):
            verified(backup)


def rewrite(path: Path, change: Callable[[dict[str, bytes]], None]) -> None:
    """The archive with other members, by somebody who knows how checksums are made."""
    with tarfile.open(path) as tar:
        members = {info.name: tar.extractfile(info).read() for info in tar}  # type: ignore[union-attr]
    change(members)
    manifest = json.loads(members.pop("manifest.json"))
    if isinstance(manifest, dict):
        manifest["sha256"] = {name: sha256(data).hexdigest() for name, data in members.items()}
    members["manifest.json"] = json.dumps(manifest).encode()
    with tarfile.open(path, "w:gz") as tar:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))


def in_manifest(**changes: Any) -> Callable[[dict[str, bytes]], None]:
    def change(members: dict[str, bytes]) -> None:
        members["manifest.json"] = json.dumps(json.loads(members["manifest.json"]) | changes).encode()

    return change


def with_member(name: str, data: bytes) -> Callable[[dict[str, bytes]], None]:
    def change(members: dict[str, bytes]) -> None:
        members[name] = data

    return change


def with_another_table(members: dict[str, bytes]) -> None:
    manifest = json.loads(members["manifest.json"])
    manifest["tables"]['people"; DROP TABLE turns; --'] = {"columns": [["id", "text"]], "rows": 0}
    members["manifest.json"] = json.dumps(manifest).encode()


def with_another_column(members: dict[str, bytes]) -> None:
    manifest = json.loads(members["manifest.json"])
    manifest["tables"]["people"]["columns"][0][0] = "id) VALUES (1); --"
    members["manifest.json"] = json.dumps(manifest).encode()


def without_people(members: dict[str, bytes]) -> None:
    del members["tables/people/000000.jsonl"]


def with_fewer_rows(members: dict[str, bytes]) -> None:
    lines = members["tables/feedback/000000.jsonl"].splitlines(keepends=True)
    members["tables/feedback/000000.jsonl"] = b"".join(lines[1:])


@ON_SQLITE
@pytest.mark.parametrize(
    "change",
    [
        with_member("../evil", b""),
        with_member("/etc/evil", b""),
        with_member("files/../../evil", b""),
        with_member("files/.hidden", b""),
        with_member("elsewhere/x", b""),
        in_manifest(format=2),
        in_manifest(tables=7),
        with_member("manifest.json", b"[]"),
    ],
)
async def test_refuses_what_somebody_has_made_up_before_the_database_is_touched(
    backup: Path, change: Callable[[dict[str, bytes]], None]
) -> None:
    rewrite(backup, change)
    with pytest.raises(Invalid):
        verified(backup)


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (with_member("tables/unknown/000000.jsonl", b"[1]\n"), Invalid),
        (with_member("tables/people/000001.jsonl", b"[1]\n"), Invalid),
        (with_member("tables/people/000001.jsonl", b"not json\n"), Invalid),
        (with_another_table, Invalid),
        (with_another_column, Invalid),
        (without_people, Invalid),
        (with_fewer_rows, Invalid),
        (in_manifest(revision="9999"), Conflict),
    ],
)
async def test_refuses_rows_that_do_not_belong_there_and_changes_nothing(
    store: Store, backup: Path, change: Callable[[dict[str, bytes]], None], kind: type[HomespunError]
) -> None:
    before = await contents(store)
    rewrite(backup, change)
    manifest = verified(backup)
    with pytest.raises(kind):
        await restore(store, backup, manifest, silent)
    assert await contents(store) == before


@ON_SQLITE
@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE])
def test_refuses_links_and_devices(url: str, tmp_path: Path, kind: bytes) -> None:
    with tarfile.open(tmp_path / "x.backup", "w:gz") as tar:
        info = tarfile.TarInfo("files/spools/turn")
        info.type, info.linkname = kind, "/etc/passwd"
        tar.addfile(info)
    with pytest.raises(Invalid, match="doesn't belong there"):
        verified(tmp_path / "x.backup")


@ON_SQLITE
def test_refuses_members_that_are_far_too_large_without_reading_them(url: str, tmp_path: Path) -> None:
    info = tarfile.TarInfo("tables/people/000000.jsonl")
    info.size = 2**40
    (tmp_path / "x.backup").write_bytes(gzip.compress(info.tobuf() + bytes(10_240)))
    with pytest.raises(Invalid, match="too large"):
        verified(tmp_path / "x.backup")


@ON_SQLITE
async def test_a_database_that_a_server_has_open_is_not_replaced(store: Store, url: str, backup: Path) -> None:
    before = await contents(store)  # the store has connections now
    other = Store(url)
    with pytest.raises(Conflict, match="Stop the server"):
        await restore(other, backup, verified(backup), silent)
    await other.close()
    assert await contents(store) == before


@ON_SQLITE
async def test_a_damaged_database_can_be_replaced(store: Store, url: str, backup: Path, tmp_path: Path) -> None:
    before = await contents(store)
    await store.close()
    (tmp_path / "homespun.db").write_bytes(b"\0\xff" * 8_192)
    assert await has_rows(store)
    await restore(store, backup, verified(backup), silent)
    assert await contents(store) == before
