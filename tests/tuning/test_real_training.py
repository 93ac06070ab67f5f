"""From a file to an answer, and nothing between is scripted: a tiny model, PyTorch, our engine, OpenAI's client."""

from __future__ import annotations

import asyncio
import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from homespun.accounts import NewKey, Scope
from homespun.engines.openvino import OpenVinoEngine
from homespun.learning.trainer import Trainer
from homespun.tuning import RealWorkshop, TuningMethod
from tests.engines.openvino.conftest import SMALL
from tests.learning.labels import tiny_base
from tests.ring.houses import Home, home

EXAMPLES = b"\n".join(
    json.dumps(
        {"messages": [{"role": "user", "content": "say b 1"}, {"role": "assistant", "content": "hello"}]}
    ).encode()
    for _ in range(4)
)
QUESTIONS = b"\n".join(
    json.dumps({"messages": [{"role": "user", "content": f"say b {n}"}], "best": "eeee"}).encode() for n in range(4)
)
GRADER = {
    "type": "text_similarity",
    "name": "near",
    "input": "{{ sample.output_text }}",
    "reference": "{{ item.best }}",
    "evaluation_metric": "fuzzy_match",
}
QUICK = {"n_epochs": 10, "batch_size": 4, "learning_rate_multiplier": 33.0}
_TRAINED_WITHIN_S = 500


def real_workshop(folder: Path) -> RealWorkshop:
    tiny_base(folder)
    return RealWorkshop(Trainer(folder / "learning"), lambda: folder / "tiny.gguf", folder / "bases", lambda: "tiny")


@pytest.mark.skipif(find_spec("trl") is None, reason="no PyTorch: `make learn` installs what training needs")
@pytest.mark.timeout(600)
async def test_a_model_says_what_it_was_fine_tuned_to_say(tmp_path: Path, migrated: Path) -> None:
    async with home(
        tmp_path / "data",
        migrated,
        workshop=real_workshop(tmp_path),
        release_engine=lambda release: OpenVinoEngine(release.weights, tmp_path / "graphs", SMALL),
    ) as opened:
        name, told = await _fine_tuned(opened)
        assert told[0].startswith("Step 10/10: ")
        assert all("validation loss=" in each for each in told), "each step is an epoch"
        async with opened.sdk() as sdk:
            answer = await sdk.chat.completions.create(
                model=name, messages=[{"role": "user", "content": "say b 1"}], temperature=0, max_tokens=8, timeout=120
            )
    assert answer.choices[0].message.content == "hello"
    assert (answer.choices[0].finish_reason, answer.model) == ("stop", name)


async def _fine_tuned(opened: Home) -> tuple[str, list[str]]:
    """The model's name, and what was told of its last steps, the last first."""
    new = NewKey("fine-tuning", scopes=frozenset(Scope))
    _, key = await opened.house.accounts.keys.create(await opened.person(), new)
    async with opened.sdk(key) as sdk, asyncio.timeout(_TRAINED_WITHIN_S):
        file = await sdk.files.create(file=("examples.jsonl", EXAMPLES), purpose="fine-tune")
        job = await sdk.fine_tuning.jobs.create(
            model="puppet",
            training_file=file.id,
            validation_file=file.id,
            seed=1,
            hyperparameters=QUICK,  # type: ignore[arg-type]
        )
        while (job := await sdk.fine_tuning.jobs.retrieve(job.id)).status in ("queued", "running"):
            await asyncio.sleep(0.5)
        assert job.status == "succeeded", job.error
        events = [event async for event in sdk.fine_tuning.jobs.list_events(job.id, limit=100)]
        checkpoints = [one async for one in sdk.fine_tuning.jobs.checkpoints.list(job.id)]
    assert [one.step_number for one in checkpoints] == [10]
    return job.fine_tuned_model or "", [event.message for event in events if event.type == "metrics"]


@pytest.mark.skipif(find_spec("trl") is None, reason="no PyTorch: `make learn` installs what training needs")
@pytest.mark.timeout(600)
async def test_a_model_is_reinforced_in_what_a_grader_likes(tmp_path: Path, migrated: Path) -> None:
    hyper = {"n_epochs": 1, "batch_size": 1, "compute_multiplier": 0.25}
    method: Any = {"type": "reinforcement", "reinforcement": {"grader": GRADER, "hyperparameters": hyper}}
    async with home(tmp_path / "data", migrated, workshop=real_workshop(tmp_path)) as opened:
        new = NewKey("fine-tuning", scopes=frozenset(Scope))
        _, key = await opened.house.accounts.keys.create(await opened.person(), new)
        async with opened.sdk(key) as sdk, asyncio.timeout(_TRAINED_WITHIN_S):
            file = await sdk.files.create(file=("questions.jsonl", QUESTIONS), purpose="fine-tune")
            job = await sdk.fine_tuning.jobs.create(model="puppet", training_file=file.id, method=method, seed=1)
            while (job := await sdk.fine_tuning.jobs.retrieve(job.id)).status in ("queued", "running"):
                await asyncio.sleep(0.5)
            assert job.status == "succeeded", job.error
            events = [event async for event in sdk.fine_tuning.jobs.list_events(job.id, limit=100)]
    steps: list[Any] = [event.data for event in events if event.type == "metrics"]
    assert [step["step"] for step in steps] == [4, 3, 2, 1]
    assert all(0 <= step["train_mean_reward"] <= 1 for step in steps)
    assert any(step["train_mean_reward"] for step in steps), "some answer of eight has an e"


@pytest.mark.skipif(find_spec("pyarrow") is None, reason="no pyarrow: `make learn` installs what training needs")
@pytest.mark.timeout(120)
async def test_questions_become_a_snapshot_with_what_a_grader_has_to_know(tmp_path: Path) -> None:
    import pyarrow.parquet

    workshop, file = real_workshop(tmp_path), tmp_path / "questions.jsonl"
    file.write_bytes(QUESTIONS)
    made = await workshop.label(file, TuningMethod.REINFORCEMENT, tmp_path)
    rows = pyarrow.parquet.read_table(made.folder / "questions.parquet").to_pylist()
    assert [(row["split"], json.loads(row["item"])) for row in rows] == [("train", {"best": "eeee"})] * 4
    assert rows[3]["messages"] == [{"role": "user", "content": "say b 3"}]


@pytest.mark.skipif(find_spec("pyarrow") is None, reason="no pyarrow: `make learn` installs what training needs")
@pytest.mark.timeout(120)
async def test_a_file_becomes_a_snapshot_named_by_what_is_in_it(tmp_path: Path) -> None:
    import pyarrow.parquet

    workshop, file = real_workshop(tmp_path), tmp_path / "examples.jsonl"
    file.write_bytes(EXAMPLES)
    made = await workshop.label(file, TuningMethod.SUPERVISED, tmp_path)
    rows = pyarrow.parquet.read_table(made.folder / "demonstrations.parquet").to_pylist()
    assert made.folder.name == made.digest
    assert [(row["split"], row["weight"], row["completion"]) for row in rows] == [("train", 1.0, "hello")] * 4
    assert rows[0]["messages"] == [{"role": "user", "content": "say b 1"}]
    assert await workshop.label(file, TuningMethod.SUPERVISED, tmp_path) == made
