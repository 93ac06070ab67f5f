"""Group relative policy optimisation (Shao et al. 2024) with TRL's trainer, our engine, and rewards of our own.

TRL knows one other engine, vLLM, and corrects for what that calculates differently: its tokens count by the truncated
ratio of their probabilities, policy by engine (Yao et al. 2025). Our engine takes vLLM's place there.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Sequence
from typing import Any

import torch
from datasets import Dataset
from transformers import AutoModelForCausalLM, AutoTokenizer, TrainerCallback
from trl import GRPOConfig, GRPOTrainer

from homespun.core.messages import Message, Role
from homespun.learning.jobs import TrainingJob

from .checkpoints import WholeCheckpoints
from .examples import Example, Speech
from .grades import Grades
from .merging import write_model
from .reward_model import RewardModel
from .rollouts import sample

_LARGEST_RATIO = 2.0
"""An importance weight counts as no more than this."""


def grpo_options(job: TrainingJob) -> dict[str, Any]:
    """What `GRPOConfig` takes beside what all methods share."""
    numbers = job.numbers
    micro_batches = numbers.batch_size // numbers.micro_batch_size
    rollouts = max(1, round(numbers.save_steps / numbers.rollout_steps))
    return {
        "save_steps": rollouts * numbers.rollout_steps,  # who goes on from there begins with a new roll-out
        "num_generations": numbers.generations,
        "steps_per_generation": micro_batches * numbers.rollout_steps,
        "max_completion_length": numbers.answer_tokens,
        "beta": numbers.beta,
        "temperature": 1.0,
        "shuffle_dataset": False,
        "remove_unused_columns": False,  # the reward has to know of what an answer is to
        "vllm_importance_sampling_correction": True,
        "vllm_importance_sampling_mode": "token_truncate",
        "vllm_importance_sampling_clip_max": _LARGEST_RATIO,
    }


class _Grpo(WholeCheckpoints, GRPOTrainer):  # type: ignore[misc]
    pass


def build_grpo(
    job: TrainingJob,
    config: GRPOConfig,
    examples: Sequence[Example],
    *,
    callbacks: Sequence[TrainerCallback],
    adapter: Any,
) -> Any:
    """A trainer that is about to begin at its first step."""
    speech = Speech.of(job.base)
    trainer = _Grpo(
        model=AutoModelForCausalLM.from_pretrained(job.base, dtype=torch.float32),
        reward_funcs=_Scores(job, speech) if job.grader is None else Grades(job.grader, speech),
        args=config,
        train_dataset=Dataset.from_list([example.columns for example in examples]),
        processing_class=AutoTokenizer.from_pretrained(job.base),
        callbacks=list(callbacks),
        peft_config=adapter,
        rollout_func=_Rollouts(job, speech),
    )
    trainer.use_vllm, trainer.vllm_generation, trainer._last_loaded_step = True, _NothingToSend(), -1  # see the module
    return trainer


class _NothingToSend:
    """Where TRL would send the weights to vLLM; `_Rollouts` writes them itself."""

    def sync_weights(self) -> None:
        """Nothing."""


class _Rollouts:
    """What TRL calls for answers."""

    def __init__(self, job: TrainingJob, speech: Speech) -> None:
        self._job = job
        self._speech = speech

    def __call__(self, prompts: list[list[dict[str, str]]], trainer: Any) -> dict[str, Any]:
        folder = self._job.out / "policy"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        write_model(self._job.base, trainer.accelerator.unwrap_model(trainer.model), folder)
        prompt_ids = [self._speech.prompt(_messages(prompt)) for prompt in prompts]
        answers = sample(
            folder,
            prompt_ids,
            graphs=folder / "graphs",
            end=self._speech.end,
            most_tokens=self._job.numbers.answer_tokens,
            seed=_seed(self._job.seed, trainer.state.global_step),
        )
        shutil.rmtree(folder)
        return {
            "prompt_ids": prompt_ids,
            "completion_ids": [answer.tokens for answer in answers],
            "logprobs": [answer.logprobs for answer in answers],
        }


class _Scores:
    """The reward model's scores, on the very tokens that were sampled."""

    __name__ = "reward_model"

    def __init__(self, job: TrainingJob, speech: Speech) -> None:
        assert job.reward_model is not None
        self._model = RewardModel(job.reward_model, batch_size=job.numbers.micro_batch_size)
        self._speech = speech

    def __call__(
        self, *, prompts: list[list[dict[str, str]]], completion_ids: list[list[int]], **_: Any
    ) -> list[float]:
        asked = [self._speech.prompt(_messages(prompt)) for prompt in prompts]
        return self._model.scores([prompt + answer for prompt, answer in zip(asked, completion_ids, strict=True)])


def _seed(job: int, step: int) -> int:
    """Of a roll-out's first answer; those of the others follow it. Seeds of the engine have 64 bits."""
    return random.Random(f"{job} {step}").getrandbits(40) << 20  # noqa: S311 - nothing secret


def _messages(prompt: list[dict[str, str]]) -> list[Message]:
    return [Message(Role(each["role"]), each["content"]) for each in prompt]
