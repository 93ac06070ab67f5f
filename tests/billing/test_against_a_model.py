"""Not one micro is lost, created or charged twice, whatever happens in whatever order.

HOMESPUN_TEST_INTERLEAVINGS says how many orders are tried; a few here, 10,000 for the figures.
"""

from __future__ import annotations

import asyncio
import os
from functools import partial

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from homespun.store import Store

from .machine import Books

WANTED = os.environ.get("HOMESPUN_TEST_INTERLEAVINGS")
INTERLEAVINGS = int(WANTED or "6")
PHASES = list(Phase) if WANTED else [Phase.reuse, Phase.generate]
"""To make a failing example smaller takes minutes."""


@pytest.mark.timeout(0 if WANTED else 180)
def test_not_one_micro_is_lost_created_or_charged_twice(url: str) -> None:
    store = Store(url)
    with asyncio.Runner() as runner:
        run_state_machine_as_test(
            partial(Books, store, runner.run),  # type: ignore[arg-type]
            settings=settings(
                max_examples=INTERLEAVINGS,
                stateful_step_count=25,
                phases=PHASES,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
        runner.run(store.close())
