"""What is trained on, in the order of training: the snapshot's labels, and general questions between them."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Sequence
from math import ceil

import torch.distributed

from homespun.core.errors import TrainingFailed
from homespun.engines.openvino import OpenVinoEngine, Settings
from homespun.learning.jobs import Method, TrainingJob
from homespun.learning.progress import Line, Phase
from homespun.learning.replay import Rehearsed, general_questions, read_rehearsed, rehearse, write_rehearsed

from .examples import Example, Speech, general_examples, read_examples, read_prompts
from .schedule import schedule

Announce = Callable[[Line], None]


def ordered_examples(job: TrainingJob, announce: Announce, *, leads: bool) -> tuple[list[Example], int]:
    """All examples in the order of training, and how many labels were left out for their length."""
    numbers = job.numbers
    speech = Speech.of(job.base)
    labelled, left_out = _labelled(job, speech)
    general: list[Example] = []
    if numbers.replay and job.method is not Method.GRPO:
        wanted = ceil(numbers.epochs * len(labelled) * numbers.replay / (1 - numbers.replay))
        general = general_examples(job.method, speech, _rehearsed(job, wanted, announce, leads=leads))
    order = schedule(
        [example.weight for example in labelled],
        general=len(general),
        replay=numbers.replay,
        epochs=numbers.epochs,
        batch_size=examples_of_step(job) * (numbers.rollout_steps if job.method is Method.GRPO else 1),
        seed=job.seed,
    )
    every = labelled + general
    return [every[number] for number in order], left_out


def _labelled(job: TrainingJob, speech: Speech) -> tuple[list[Example], int]:
    numbers = job.numbers
    if job.method is not Method.GRPO:
        return read_examples(job.method, job.snapshot, speech, max_tokens=numbers.max_tokens)
    most = {"max_tokens": numbers.max_tokens, "answer_tokens": numbers.answer_tokens}
    return read_prompts(job.snapshot, speech, **most)


def validation_examples(job: TrainingJob) -> tuple[list[Example], int]:
    """Examples to measure the loss on, and how many were left out for their length. Raises `TrainingFailed` where none
    is left."""
    if job.validation is None:
        return [], 0
    longest = job.numbers.max_tokens
    try:
        return read_examples(job.method, job.validation, Speech.of(job.base), max_tokens=longest)
    except TrainingFailed:
        raise TrainingFailed(f"There is nothing to measure on: all is longer than {longest} tokens.") from None


def tokens_of_steps(job: TrainingJob, examples: Sequence[Example]) -> list[int]:
    """How many tokens each step calculates; for grpo, at most."""
    size = examples_of_step(job)
    times = job.numbers.batch_size // size
    return [times * sum(example.tokens for example in examples[at : at + size]) for at in range(0, len(examples), size)]


def examples_of_step(job: TrainingJob) -> int:
    """With grpo an example is a question, to which there are several answers."""
    answers = job.numbers.generations if job.method is Method.GRPO else 1
    return job.numbers.batch_size // answers


def _rehearsed(job: TrainingJob, wanted: int, announce: Announce, *, leads: bool) -> tuple[Rehearsed, ...]:
    """The base's own answers, made once for a job, as many as wanted. The first process makes them, others wait."""
    file = job.out / "replay.json"
    if leads and not file.exists():
        announce(Phase("asks the base general questions"))
        questions = general_questions()
        random.Random(job.seed).shuffle(questions)  # noqa: S311 - nothing secret
        write_rehearsed(file, asyncio.run(_ask_base(job, questions[:wanted])))
    if torch.distributed.is_initialized():
        torch.distributed.barrier()
    found = read_rehearsed(file)
    assert found is not None
    return found


async def _ask_base(job: TrainingJob, questions: list[str]) -> tuple[Rehearsed, ...]:
    engine = OpenVinoEngine(job.base, job.out / "graphs", Settings(kv_cache_mb=256))
    await engine.start()
    try:
        await engine.wait_ready()
        return await rehearse(engine, questions, answer_tokens=job.numbers.answer_tokens)
    finally:
        await engine.stop()
