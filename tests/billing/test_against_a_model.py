"""Not one micro is lost, created or charged twice, whatever happens in whatever order.

HOMESPUN_TEST_INTERLEAVINGS says how many orders are tried; a few here, 10,000 for the figures.
"""

from __future__ import annotations

import asyncio
import os

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from homespun.store import Store

from .machine import Books

INTERLEAVINGS = int(os.environ.get("HOMESPUN_TEST_INTERLEAVINGS", "12"))


def test_not_one_micro_is_lost_created_or_charged_twice(url: str) -> None:
    store = Store(url)
    with asyncio.Runner() as runner:
        run_state_machine_as_test(
            lambda: Books(store, runner.run),  # type: ignore[no-untyped-call]
            settings=settings(
                max_examples=INTERLEAVINGS,
                stateful_step_count=25,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
        runner.run(store.close())
