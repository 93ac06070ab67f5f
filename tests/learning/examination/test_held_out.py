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
from homespun.learning.examination.held_out import held_out_prompts
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
    prompts = await held_out_prompts(snapshot.folder, most=200)
    conversations = {int(prompt.messages[-1].content.split()[-1].rstrip("?")) // 2 for prompt in prompts}
    assert 0 < len(prompts) == len(conversations) < 12
    assert all(prompt.messages[-1].role is Role.USER for prompt in prompts)


async def test_they_come_in_the_same_order_and_not_more_than_are_wanted(snapshot: Snapshot) -> None:
    every = await held_out_prompts(snapshot.folder, most=200)
    assert await held_out_prompts(snapshot.folder, most=2) == every[:2]


async def test_a_snapshot_that_was_changed_is_refused(snapshot: Snapshot) -> None:
    with (snapshot.folder / "pairs.parquet").open("ab") as file:
        file.write(b"x")
    with pytest.raises(Unavailable, match="changed"):
        await held_out_prompts(snapshot.folder, most=200)


async def test_a_process_that_fails_says_why(snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MODULE", "homespun.learning.there_is_none")
    with pytest.raises(TrainingFailed, match="No module named"):
        await held_out_prompts(snapshot.folder, most=200)
