"""A snapshot is made by the real process, of what people said, and is the same whenever it is made of the same."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from collections.abc import AsyncIterator, Iterable
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import filelock
import pytest

from homespun.core.errors import Conflict, NotFound, TooLittleToLearn, TrainingFailed, Unavailable
from homespun.journal import Signalled, Thumb
from homespun.learning import snapshots as module
from homespun.learning.curation import Settings
from homespun.learning.snapshots import Erasure, Snapshot, Snapshots
from homespun.releases import Release, ReleaseState
from homespun.store import Store
from tests.journal.talk import ANNA, BORIS, Talk

from .curation.said import NOON, signalled

pytestmark = pytest.mark.skipif(
    find_spec("pyarrow") is None, reason="no pyarrow: `make learn` installs what training needs"
)
ENOUGH = Settings(min_pairs=3, min_demonstrations=3)


async def no_releases() -> list[Release]:
    return []


def snapshots_in(folder: Path, settings: Settings = ENOUGH) -> Snapshots:
    return Snapshots(folder, settings, no_releases)


async def streamed(signals: Iterable[Signalled]) -> AsyncIterator[Signalled]:
    for each in signals:
        yield each


def edited(number: int, **said: Any) -> Signalled:
    """An edit by one person, in a conversation of its own."""
    return signalled(
        f"How do I do number {number}?",
        f"Just try it, {number} times.",
        turn_id=f"turn_{number}",
        owner_id=said.pop("owner_id", f"person_{number}"),
        conversation_id=f"conversation_{number}",
        number=number,
        edits=(f"Open page {number} of the handbook and follow it.",),
        **said,
    )


async def taken(folder: Path, count: int = 8, settings: Settings = ENOUGH) -> Snapshot:
    return await snapshots_in(folder, settings).take(streamed(edited(number) for number in range(1, count + 1)))


def rows(snapshot: Snapshot, kind: str) -> list[dict[str, Any]]:
    from pyarrow import parquet

    found: list[dict[str, Any]] = parquet.read_table(snapshot.folder / f"{kind}.parquet").to_pylist()
    return found


async def test_what_people_said_is_in_it(tmp_path: Path) -> None:
    snapshot = await taken(tmp_path)
    pair = next(row for row in rows(snapshot, "pairs") if "number 5?" in row["messages"][0]["content"])
    assert pair["messages"] == [{"role": "user", "content": "How do I do number 5?"}]
    assert pair["chosen"] == "Open page 5 of the handbook and follow it."
    assert pair["rejected"] == "Just try it, 5 times."
    assert (pair["source"], pair["weight"]) == ("edit", 1.0)
    assert len(rows(snapshot, "demonstrations")) == 8
    assert rows(snapshot, "thumbs") == []


async def test_the_manifest_tells_what_is_in_it(tmp_path: Path) -> None:
    manifest = (await taken(tmp_path)).manifest
    assert manifest.last_turn == 8
    assert manifest.counts == {
        "demonstrations": {"train": 7, "held_out": 1},
        "pairs": {"train": 7, "held_out": 1},
        "thumbs": {"train": 0, "held_out": 0},
    }
    assert manifest.sources == {"edit": 16}
    assert (manifest.people, manifest.conversations) == (8, 8)
    assert manifest.minimums == {"pairs": 3, "demonstrations": 3}
    assert manifest.settings["labels_per_person"] == ENOUGH.labels_per_person


async def test_the_same_has_the_same_digest_and_is_made_once(tmp_path: Path) -> None:
    first = await taken(tmp_path)
    before = (first.folder / "manifest.json").stat().st_mtime_ns
    again = await taken(tmp_path)
    assert again.digest == first.digest
    assert (again.folder / "manifest.json").stat().st_mtime_ns == before
    assert [each.digest for each in snapshots_in(tmp_path).all()] == [first.digest]


async def test_other_settings_or_more_turns_make_another(tmp_path: Path) -> None:
    digests = {
        (await taken(tmp_path)).digest,
        (await taken(tmp_path, count=9)).digest,
        (await taken(tmp_path, settings=replace(ENOUGH, kept_weight=0.5))).digest,
    }
    assert len(digests) == 3


async def test_it_names_nobody(tmp_path: Path) -> None:
    snapshot = await taken(tmp_path)
    told = repr([rows(snapshot, kind) for kind in ("demonstrations", "pairs")])
    assert "person_" not in told
    assert "conversation_" not in told
    assert "turn_" not in told


async def test_nothing_but_snapshot_and_key_is_left_behind(tmp_path: Path) -> None:
    snapshot = await taken(tmp_path)
    learning = tmp_path / "learning"
    assert {each.name for each in learning.iterdir()} == {"snapshots", "snapshots.lock", "pseudonyms.key"}
    assert [each.name for each in (learning / "snapshots").iterdir()] == [snapshot.digest]
    assert sorted(each.name for each in snapshot.folder.iterdir()) == [
        "demonstrations.parquet",
        "manifest.json",
        "pairs.parquet",
        "thumbs.parquet",
    ]


async def test_what_a_killed_server_left_behind_is_removed(tmp_path: Path) -> None:
    draft = tmp_path / "learning" / "snapshots" / ".draft-1"
    draft.mkdir(parents=True)
    (draft / "pairs.parquet").write_text("half")
    (tmp_path / "learning" / ".1-labels.jsonl").write_text("what somebody said")
    (tmp_path / "learning" / "training.lock").touch()
    snapshot = await taken(tmp_path)
    assert [each.name for each in (tmp_path / "learning" / "snapshots").iterdir()] == [snapshot.digest]
    assert not list((tmp_path / "learning").glob(".*"))
    assert (tmp_path / "learning" / "training.lock").exists()


async def test_too_little_is_refused_with_what_there_is_and_what_is_needed(tmp_path: Path) -> None:
    with pytest.raises(TooLittleToLearn) as refused:
        await taken(tmp_path, count=2)
    assert "2 demonstrations, 2 pairs, 0 thumbs; 3 pairs or 3 demonstrations are needed" in refused.value.message
    assert snapshots_in(tmp_path).all() == ()


async def test_enough_of_one_kind_is_enough(tmp_path: Path) -> None:
    kept = (replace(edited(number), edits=(), kept_over="I don't know.") for number in range(1, 4))
    snapshot = await snapshots_in(tmp_path).take(streamed(kept))
    assert snapshot.manifest.sources == {"kept": 3}


async def test_thumbs_alone_are_never_enough(tmp_path: Path) -> None:
    thumbs = (replace(edited(number), edits=(), thumb=Thumb.UP) for number in range(50))
    with pytest.raises(TooLittleToLearn, match=r"50 thumbs.*Thumbs alone are never enough"):
        await snapshots_in(tmp_path).take(streamed(thumbs))


async def test_nothing_at_all_is_too_little(tmp_path: Path) -> None:
    with pytest.raises(TooLittleToLearn):
        await snapshots_in(tmp_path).take(streamed([]))


async def test_a_snapshot_that_was_changed_is_not_read(tmp_path: Path) -> None:
    snapshot = await taken(tmp_path)
    with (snapshot.folder / "pairs.parquet").open("ab") as file:
        file.write(b" ")
    with pytest.raises(Unavailable, match="was changed"):
        snapshots_in(tmp_path).one(snapshot.digest)


async def test_one_that_is_not_there_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        snapshots_in(tmp_path).one("0" * 64)


async def test_two_are_not_made_at_a_time(tmp_path: Path) -> None:
    (tmp_path / "learning").mkdir()
    with filelock.FileLock(tmp_path / "learning" / "snapshots.lock"), pytest.raises(Conflict, match="is being made"):
        await taken(tmp_path)


async def test_without_pyarrow_it_is_said_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "find_spec", lambda _: None)
    with pytest.raises(TrainingFailed, match="make learn"):
        await taken(tmp_path)


def job(folder: Path, spool: bytes) -> list[str]:
    """The command that makes a snapshot of these lines."""
    (folder / "labels.jsonl").write_bytes(spool)
    told = {"type": "MakeSnapshot", "root": str(folder / "snapshots"), "spool": str(folder / "labels.jsonl")}
    (folder / "job.json").write_text(json.dumps(told | {"last_turn": 1, "settings": {"min_pairs": 0}}))
    return [sys.executable, "-m", "homespun.learning.snapshotting", str(folder / "job.json")]


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (b"{", "Line 2 of labels.jsonl is no label"),
        (b'{"type": "Pair"}', "Line 2 of labels.jsonl is no label"),
        (b"\xff\xfe", "Line 2 of labels.jsonl is no label"),
        (b'"words"', "Line 2 of labels.jsonl is no label"),
    ],
)
def test_a_broken_line_is_named_by_its_number(tmp_path: Path, broken: bytes, words: str) -> None:
    ended = subprocess.run(job(tmp_path, b"\n" + broken + b"\n"), capture_output=True, timeout=60)
    assert ended.returncode == 1
    told = json.loads(ended.stdout)
    assert (told["type"], told["code"]) == ("Stopped", "invalid_value")
    assert told["words"].startswith(words)


def test_a_job_that_is_none_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "job.json").write_text("{}")
    command = [sys.executable, "-m", "homespun.learning.snapshotting", str(tmp_path / "job.json")]
    ended = subprocess.run(command, capture_output=True, timeout=60)
    assert "is no snapshot job" in json.loads(ended.stdout)["words"]


def test_a_full_disk_is_named_and_leaves_nothing(tmp_path: Path) -> None:
    def little_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (500, 500))

    ended = subprocess.run(job(tmp_path, b""), capture_output=True, timeout=60, preexec_fn=little_room)
    told = json.loads(ended.stdout)
    assert told["code"] == "storage_full"
    assert "no room for the snapshot" in told["words"]
    assert list((tmp_path / "snapshots").iterdir()) == []


async def test_the_journal_becomes_a_snapshot_on_both_databases(store: Store, tmp_path: Path) -> None:
    talk = Talk(store, tmp_path / "spools")
    for number in range(3):
        turn = await talk.say(f"What is {number}?", f"It is {number}.", await talk.conversation())
        await talk.journal.record_edit(ANNA, turn.id, f"{number} is a number.")
        other = await talk.say("Who?", "I.", await talk.conversation(owner=BORIS), owner=BORIS)
        await talk.journal.record_edit(BORIS, other.id, "Me.")
    snapshot = await snapshots_in(tmp_path).take(talk.journal.signals({ANNA}))
    talk.journal.close()
    assert {row["chosen"] for row in rows(snapshot, "pairs")} == {f"{number} is a number." for number in range(3)}
    assert snapshot.manifest.people == 1


def released(snapshot: Snapshot, release_id: str = "release_1") -> Release:
    return Release(
        id=release_id,
        number=2,
        model="tiny",
        digest="d",
        parent_id="release_0",
        state=ReleaseState.RETIRED,
        base_digest="b",
        snapshot_digest=snapshot.digest,
        recipe={},
        has_passed=True,
        problem="",
        created_at=NOON,
        folder=snapshot.folder,
    )


def erasing(folder: Path, *releases: Release) -> Snapshots:
    async def all_releases() -> list[Release]:
        return list(releases)

    return Snapshots(folder, ENOUGH, all_releases)


def told_of(snapshot: Snapshot) -> str:
    return repr([rows(snapshot, kind) for kind in ("demonstrations", "pairs", "thumbs")])


async def test_a_person_is_erased_from_what_may_be_rewritten(tmp_path: Path) -> None:
    before = await taken(tmp_path)
    assert "page 5 of the handbook" in told_of(before)
    erasure = await snapshots_in(tmp_path).erase("person_5")
    (after,) = snapshots_in(tmp_path).all()
    assert erasure == Erasure(rewritten={before.digest: after.digest}, marked_releases=())
    assert not before.folder.exists()
    assert "page 5 of the handbook" not in told_of(after)
    assert "page 6 of the handbook" in told_of(after)
    assert after.manifest.dropped == {"erased": 2}
    assert (after.manifest.people, after.manifest.sources) == (7, {"edit": 14})


async def test_those_who_stay_stay_on_their_side(tmp_path: Path) -> None:
    before = await taken(tmp_path)
    sides = {row["id"]: row["split"] for row in rows(before, "pairs")}
    await snapshots_in(tmp_path).erase("person_5")
    (after,) = snapshots_in(tmp_path).all()
    assert all(sides[row["id"]] == row["split"] for row in rows(after, "pairs"))


async def test_whoever_only_asked_before_in_the_dialogue_is_erased_too(tmp_path: Path) -> None:
    signals = [
        edited(number, asked_before=frozenset({"person_guest"} if number == 5 else ())) for number in range(1, 9)
    ]
    before = await snapshots_in(tmp_path).take(streamed(signals))
    assert "page 5 of the handbook" in told_of(before)
    await snapshots_in(tmp_path).erase("person_guest")
    (after,) = snapshots_in(tmp_path).all()
    assert "page 5 of the handbook" not in told_of(after)


async def test_what_a_release_was_trained_on_is_marked_and_the_release_named(tmp_path: Path) -> None:
    snapshot = await taken(tmp_path)
    snapshots = erasing(tmp_path, released(snapshot), released(snapshot, "release_2"))
    erasure = await snapshots.erase("person_5")
    assert erasure == Erasure(rewritten={}, marked_releases=("release_1", "release_2"))
    (same,) = snapshots.all()
    assert (same.digest, same.is_marked) == (snapshot.digest, True)
    assert not snapshot.is_marked
    assert (snapshots.marked(), snapshots.trainable()) == (frozenset({snapshot.digest}), frozenset())
    assert await snapshots.erase("person_6") == erasure
    assert await snapshots.erase("person_6") == erasure, "told again"


async def test_several_people_are_erased_at_once(tmp_path: Path) -> None:
    before = await taken(tmp_path)
    erasure = await snapshots_in(tmp_path).erase("person_5", "person_6", "person_99")
    (after,) = snapshots_in(tmp_path).all()
    assert erasure == Erasure(rewritten={before.digest: after.digest}, marked_releases=())
    assert not any(f"page {number} of" in told_of(after) for number in (5, 6))
    assert after.manifest.people == 6


async def test_who_is_in_no_snapshot_changes_nothing(tmp_path: Path) -> None:
    snapshot = await taken(tmp_path)
    assert await erasing(tmp_path, released(snapshot)).erase("person_99") == Erasure({}, ())
    assert [(each.digest, each.is_marked) for each in snapshots_in(tmp_path).all()] == [(snapshot.digest, False)]


async def test_a_snapshot_of_which_too_little_would_be_left_is_removed(tmp_path: Path) -> None:
    before = await taken(tmp_path, count=3)
    assert await snapshots_in(tmp_path).erase("person_1") == Erasure({before.digest: None}, ())
    assert list((tmp_path / "learning" / "snapshots").iterdir()) == []


async def test_erasing_where_there_is_no_snapshot_needs_nothing_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "find_spec", lambda _: None)
    assert await snapshots_in(tmp_path).erase("person_1") == Erasure({}, ())


async def test_nobody_is_erased_while_a_snapshot_is_made(tmp_path: Path) -> None:
    (tmp_path / "learning").mkdir()
    with filelock.FileLock(tmp_path / "learning" / "snapshots.lock"), pytest.raises(Conflict):
        await snapshots_in(tmp_path).erase("person_1")
