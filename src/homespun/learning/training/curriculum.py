"""What is trained on, in the order of training: the snapshot's labels, and general questions between them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import torch.distributed

from homespun.engines.openvino import OpenVinoEngine, Settings
from homespun.learning.jobs import Method, TrainingJob
from homespun.learning.progress import Line, Phase
from homespun.learning.replay import Rehearsed, general_questions, read_rehearsed, rehearse, write_rehearsed

from .examples import Example, Speech, read_examples, read_prompts
from .schedule import schedule

Announce = Callable[[Line], None]


def ordered_examples(job: TrainingJob, announce: Announce, *, leads: bool) -> tuple[list[Example], int]:
    """All examples in the order of training, and how many labels were left out for their length."""
    numbers = job.numbers
    speech = Speech.of(job.base)
    if job.method is Method.GRPO:
        answer_tokens, general, left_out = numbers.answer_tokens, list[Example](), 0
        labelled = read_prompts(job.snapshot, speech, max_tokens=numbers.max_tokens, answer_tokens=answer_tokens)
    else:
        rehearsed = _rehearsed(job, announce, leads=leads) if numbers.replay else ()
        labelled, general, left_out = read_examples(
            job.method, job.snapshot, speech, rehearsed, max_tokens=numbers.max_tokens
        )
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


def tokens_of_steps(job: TrainingJob, examples: Sequence[Example]) -> list[int]:
    """How many tokens each step calculates; for grpo, at most."""
    size = examples_of_step(job)
    times = job.numbers.batch_size // size
    return [times * sum(example.tokens for example in examples[at : at + size]) for at in range(0, len(examples), size)]


def examples_of_step(job: TrainingJob) -> int:
    """With grpo an example is a question, to which there are several answers."""
    answers = job.numbers.generations if job.method is Method.GRPO else 1
    return job.numbers.batch_size // answers


def _rehearsed(job: TrainingJob, announce: Announce, *, leads: bool) -> tuple[Rehearsed, ...]:
    """The base's own answers, made once for a job. The first process makes them, the others wait."""
    file = job.out / "replay.json"
    if leads and not file.exists():
        announce(Phase("asks the base general questions"))
        write_rehearsed(file, asyncio.run(_ask_base(job)))
    if torch.distributed.is_initialized():
        torch.distributed.barrier()
    found = read_rehearsed(file)
    assert found is not None
    return found


async def _ask_base(job: TrainingJob) -> tuple[Rehearsed, ...]:
    engine = OpenVinoEngine(job.base, job.out / "graphs", Settings(kv_cache_mb=256))
    await engine.start()
    try:
        await engine.wait_ready()
        return await rehearse(engine, general_questions(), answer_tokens=job.numbers.answer_tokens)
    finally:
        await engine.stop()
