"""Every second of the machine's work is divided once."""

from __future__ import annotations

from itertools import count

import pytest

from homespun.engines.openvino.batch import Batch
from homespun.engines.openvino.machine_time import MachineTime

from .making import make_sequence


def every_ten_seconds() -> MachineTime:
    """With a clock on which ten seconds pass between any two looks."""
    seconds = count(0, 10)
    return MachineTime(lambda: next(seconds))


def test_a_step_is_divided_by_the_tokens_that_each_has_in_it() -> None:
    writer, newcomer = make_sequence([1]), make_sequence([5, 6, 7])
    for sequence in (writer, newcomer):
        sequence.blocks = [0]
    batch = Batch()
    batch.add(writer, 1, 16)
    batch.add(newcomer, 3, 16)
    every_ten_seconds().divide(batch)
    assert (writer.take_machine_us(), newcomer.take_machine_us()) == (2_500_000, 7_500_000)


def test_guesses_count_for_whom_they_are_made() -> None:
    guesser, other = make_sequence([1]), make_sequence([2])
    for sequence in (guesser, other):
        sequence.blocks = [0]
    batch = Batch()
    batch.add(guesser, 1, 16)
    batch.add_guess([8, 9, 10], 16)
    batch.add(other, 1, 16)
    every_ten_seconds().divide(batch)
    assert (guesser.take_machine_us(), other.take_machine_us()) == (8_000_000, 2_000_000)


def test_idle_time_is_nobodys() -> None:
    sequence = make_sequence([1])
    sequence.blocks = [0]
    batch = Batch()
    batch.add(sequence, 1, 16)
    machine_time = every_ten_seconds()
    machine_time.resume()
    machine_time.resume()
    machine_time.divide(batch)
    assert sequence.take_machine_us() == 10_000_000


def test_what_was_told_is_not_told_again_and_no_fraction_is_lost() -> None:
    sequence = make_sequence([1])
    sequence.machine_us = 2.75
    assert sequence.take_machine_us() == 2
    sequence.machine_us += 0.5
    assert [sequence.take_machine_us(), sequence.take_machine_us()] == [1, 0]
    assert sequence.machine_us == pytest.approx(0.25)
