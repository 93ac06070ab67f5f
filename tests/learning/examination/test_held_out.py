"""Questions that were kept from training come out of a real snapshot, through the process that reads it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from homespun.core.errors import TrainingFailed, Unavailable
from homespun.core.messages import Role
from homespun.journal import Signalled
from homespun.learning.curation import Settings
from homespun.learning.examination import held_out as module
from homespun.learning.examination.held_out import read_held_out
from homespun.learning.snapshots import Snapshot, Snapshots
from homespun.releases import Release
from tests.learning.curation.said import signalled

pytestmark = pytest.mark.skipif(
    find_spec("pyarrow") is None, reason="no pyarrow: `make learn` installs what training needs"
)


async def edits() -> AsyncIterator[Signalled]:
    """Twelve people, each with a conversation of two turns."""
    for number in range(24):
        yield signalled(
            f"How do I do number {number}?",
            "Just try it.",
            turn_id=f"turn_{number}",
            owner_id=f"person_{number // 2}",
            conversation_id=f"conversation_{number // 2}",
            number=number,
            edits=(f"Open page {number} of the handbook, and follow what it says of {number * 7919}.",),
        )


async def no_releases() -> list[Release]:
    return []


@pytest.fixture
async def snapshot(tmp_path: Path) -> Snapshot:
    settings = Settings(min_pairs=3, min_demonstrations=3, held_out_share=0.5)
    return await Snapshots(tmp_path, settings, no_releases).take(edits())


async def test_there_is_one_question_of_each_conversation_that_was_kept_from_training(snapshot: Snapshot) -> None:
    found = await read_held_out(snapshot.folder)
    conversations = {int(asked.messages[-1].content.split()[-1].rstrip("?")) // 2 for asked in found.questions}
    assert 0 < len(found.questions) == len(conversations) < 12
    assert all(asked.prompt.messages[-1].role is Role.USER for asked in found.questions)


async def test_there_is_one_pair_of_each_such_conversation(snapshot: Snapshot) -> None:
    found = await read_held_out(snapshot.folder)
    assert len(found.pairs) == len(found.questions)
    assert all(pair.chosen.startswith("Open page") for pair in found.pairs)
    assert {pair.rejected for pair in found.pairs} == {"Just try it."}


async def test_they_come_in_the_same_order(snapshot: Snapshot) -> None:
    assert await read_held_out(snapshot.folder) == await read_held_out(snapshot.folder)


async def test_a_snapshot_that_was_changed_is_refused(snapshot: Snapshot) -> None:
    with (snapshot.folder / "pairs.parquet").open("ab") as file:
        file.write(b"x")
    with pytest.raises(Unavailable, match="changed"):
        await read_held_out(snapshot.folder)


async def test_a_process_that_fails_says_why(snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MODULE", "homespun.learning.there_is_none")
    with pytest.raises(TrainingFailed, match="No module named"):
        await read_held_out(snapshot.folder)
