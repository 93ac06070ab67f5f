"""Whose the machine's time is: every second of work is divided once, however many answers share it."""

from __future__ import annotations

import time
from collections.abc import Callable

from .batch import Batch


class MachineTime:
    """Divides the time from step to step among the step's sequences, by the tokens that each has in it.

    Tokens that were guessed count for whom they were guessed. What has passed includes the drawing and telling of the
    step before, which is of nearly the same sequences. The shares never sum up to more than the time that has passed.
    """

    def __init__(self, now_s: Callable[[], float] = time.perf_counter) -> None:
        self._now_s = now_s
        self._since_s = now_s()

    def resume(self) -> None:
        """The machine was idle until now: what has passed is nobody's."""
        self._since_s = self._now_s()

    def divide(self, batch: Batch) -> None:
        """What has passed since the last time was for these."""
        now_s = self._now_s()
        share_us = (now_s - self._since_s) * 1_000_000 / len(batch.tokens)
        self._since_s = now_s
        for sequence, count in zip(batch.sequences, batch.counts, strict=True):
            sequence.machine_us += share_us * count
        for sequence, guess in zip(batch.sampled, batch.guesses, strict=True):
            sequence.machine_us += share_us * len(guess)
