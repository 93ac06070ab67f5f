"""A model that was trained, and is served by the engine that people get, says what it said when it was trained."""

from __future__ import annotations

import asyncio
from importlib.util import find_spec
from pathlib import Path

import pytest

from homespun.core.clock import FakeClock
from homespun.engines.openvino import OpenVinoEngine
from homespun.engines.openvino import Settings as EngineSettings
from homespun.learning.examination import GREEDY, Settings, Verdict
from homespun.learning.examination.serving import read_greedy, same_as_trained
from homespun.learning.examination.sitting import Sitting
from homespun.learning.trainer import Trainer
from tests.learning.labels import tiny_job

pytestmark = [
    pytest.mark.skipif(find_spec("trl") is None, reason="no PyTorch: `make learn` installs what training needs"),
    pytest.mark.timeout(600),
]


async def test_what_is_served_is_what_was_trained_and_not_the_base(tmp_path: Path) -> None:
    job = tiny_job(tmp_path)
    trained = await Trainer(tmp_path).train(job, lambda _: None)
    reference = job.out / GREEDY
    assert len(read_greedy(reference)) == 8
    served, base = await asyncio.gather(_share(trained.model, reference), _share(job.base, reference))
    assert served == Verdict.PASSED
    assert base == Verdict.FAILED


async def _share(weights: Path, reference: Path) -> Verdict:
    engine = OpenVinoEngine(weights, weights.with_name(f"{weights.name}.graphs"), EngineSettings(kv_cache_mb=16))
    await engine.start()
    try:
        await engine.wait_ready()
        sitting = Sitting(engine, engine, Settings(), FakeClock(), Path(), reference=reference)
        suite = await same_as_trained(sitting)
        print(suite)
        return suite.verdict
    finally:
        await engine.stop()
