"""What a training is told, as values and as a JSON file: from which base, with which method, on what, where to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, Self, TypeVar

import msgspec

from homespun.core.errors import Invalid
from homespun.core.messages import Message

from .grading import Grader


class Method(StrEnum):
    """How the model is trained; each needs another kind of label."""

    SFT = "sft"
    """Supervised: it says what the demonstrations say."""
    DPO = "dpo"
    """Direct preference optimisation on pairs (Rafailov et al. 2023), with a supervised term on the chosen answers,
    without which their likelihood falls."""
    KTO = "kto"
    """On thumbs alone (Ethayarajh et al. 2024)."""
    REWARD = "reward"
    """A model that scores answers, from pairs; `grpo` needs one."""
    GRPO = "grpo"
    """Group relative policy optimisation (Shao et al. 2024) against a reward model or a grader, answers sampled by our
    engine."""


class Adapter(StrEnum):
    """Which weights move."""

    LORA = "lora"
    """Low-rank adapters on all linear layers (Hu et al. 2021), merged into the base at the end."""
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Hyper:
    """The numbers of a training. `of` has the defaults of each method."""

    epochs: int = 2
    """How often each label is seen, on average; its weight makes it more or less."""
    learning_rate: float = 3e-4
    """At its highest, after the warm-up; falls to nothing as a cosine."""
    batch_size: int = 16
    """Examples of one step, over all processes and accumulated."""
    micro_batch_size: int = 4
    """Examples that one process calculates at once. It divides `batch_size`."""
    max_tokens: int = 1024
    """Longer examples, prompt and answer together, are left out."""
    replay: float = 0.2
    """General questions with the base's own answers, as a share of all examples, so that it keeps what it knew."""
    lora_rank: int = 16
    beta: float = 0.1
    """How firmly dpo, kto and grpo are held to the base."""
    sft_weight: float = 1.0
    """The weight of dpo's supervised term."""
    save_steps: int = 20
    """Steps from one checkpoint to the next."""
    generations: int = 8
    """grpo: answers to each prompt, compared with one another."""
    answer_tokens: int = 128
    """grpo, and replay: the longest answer."""
    rollout_steps: int = 4
    """grpo: steps of training on what one roll-out has sampled. More is faster, and further from the policy."""

    @classmethod
    def of(cls, method: Method, given: Mapping[str, Any]) -> Self:
        """The method's defaults with `given` over them. Raises `Invalid` for what isn't known or makes no sense."""
        known = {each.name: each.type for each in fields(cls)}
        for name, value in given.items():
            if name not in known:
                raise Invalid(f"There is no hyperparameter {name!r}; there are {', '.join(known)}.", param="hyper")
            whole = known[name] == "int"
            if isinstance(value, bool) or not isinstance(value, int if whole else int | float) or value < 0:
                kind = "whole number" if whole else "number"
                raise Invalid(f"{name} is {value!r}, where a {kind} from 0 on is expected.", param="hyper")
        return replace(cls(**_DEFAULTS[method]), **given)._checked(method)

    def _checked(self, method: Method) -> Self:
        for name in (
            "epochs",
            "batch_size",
            "micro_batch_size",
            "max_tokens",
            "lora_rank",
            "save_steps",
            "rollout_steps",
        ):
            if getattr(self, name) < 1:
                raise Invalid(f"{name} has to be at least 1.", param="hyper")
        if self.batch_size % self.micro_batch_size:
            raise Invalid("micro_batch_size has to divide batch_size.", param="hyper")
        if method is Method.GRPO and (self.generations < 2 or self.batch_size % self.generations):
            raise Invalid("generations has to be at least 2, and to divide batch_size.", param="hyper")
        if not self.replay < 1:
            raise Invalid("replay is a share of all examples, below 1.", param="hyper")
        return self


_AT_LEAST_ONE = ("epochs", "batch_size", "micro_batch_size", "max_tokens", "lora_rank", "save_steps", "rollout_steps")
_DEFAULTS: Mapping[Method, Mapping[str, Any]] = {
    Method.SFT: {},
    Method.DPO: {"learning_rate": 5e-5},
    Method.KTO: {"learning_rate": 5e-5},
    Method.REWARD: {"learning_rate": 1e-4},
    Method.GRPO: {"learning_rate": 5e-5, "batch_size": 32, "micro_batch_size": 8, "epochs": 1, "beta": 0.04},
}


@dataclass(frozen=True, slots=True)
class TrainingJob:
    """One training. The same job gives the same weights, on the same machine."""

    method: Method
    base: Path
    """A folder made by `export_base`."""
    base_digest: str
    """Its `folder_digest`; the training refuses another."""
    snapshot: Path
    """A folder of labels; see the decision on the learning loop for its form."""
    snapshot_digest: str
    """sha256 of its manifest; the training refuses another."""
    out: Path
    """Where checkpoints, log and the results go. A training that finds its checkpoints there goes on from the last."""
    adapter: Adapter = Adapter.LORA
    seed: int = 0
    hyper: Mapping[str, Any] = field(default_factory=dict)
    """Fields of `Hyper` that differ from the method's defaults."""
    reward_model: Path | None = None
    """grpo: the folder of a reward model, as a training with `reward` leaves it in `out/model`."""
    grader: Grader | None = None
    """grpo: scores answers instead of a reward model; the snapshot's questions have what it needs to know of each."""
    validation: Path | None = None
    """sft, dpo: another snapshot, in a folder named by its digest; its loss is told after each epoch."""

    def __post_init__(self) -> None:
        if self.method is Method.GRPO and (self.reward_model is None) == (self.grader is None):
            raise Invalid(
                "grpo needs a reward model or a grader, one of them. A reward model is trained first, with the method "
                "reward.",
                param="reward_model",
            )
        if self.validation and self.method not in (Method.SFT, Method.DPO):
            raise Invalid(f"No loss is measured beside a training with {self.method.value}.", param="validation")
        self.numbers  # noqa: B018 - raises `Invalid` now, not when the process has started

    @property
    def numbers(self) -> Hyper:
        """The hyperparameters in full."""
        return Hyper.of(self.method, self.hyper)


@dataclass(frozen=True, slots=True)
class Trained:
    """What a training has left behind."""

    model: Path
    """A folder that engines read, weights merged; after `reward` one that only `grpo` reads."""
    adapter: Path | None
    """The adapter alone, for lora."""
    report: Path
    """training.json: loss curve, versions, world size, tokens per second, seed, what was left out."""


@dataclass(frozen=True, slots=True)
class Answered:
    """A conversation, and an answer to it."""

    messages: tuple[Message, ...]
    """The question last."""
    answer: str


@dataclass(frozen=True, slots=True)
class Scoring:
    """What a reward model is asked: how good each of these answers is."""

    reward_model: Path
    """As a training with `reward` leaves it in `out/model`."""
    base: Path
    """What it was trained from, whose tokens and template it reads."""
    answers: tuple[Answered, ...]


def write_job(job: TrainingJob | Scoring, path: Path) -> None:
    """Writes it as JSON."""
    path.write_bytes(msgspec.json.format(msgspec.json.encode(job, enc_hook=str), indent=2))


def read_job(path: Path) -> TrainingJob:
    """Reads what `write_job` wrote. Raises `Invalid`."""
    return _read(path, TrainingJob)


def read_scoring(path: Path) -> Scoring:
    """Reads what `write_job` wrote. Raises `Invalid`."""
    return _read(path, Scoring)


_Job = TypeVar("_Job", TrainingJob, Scoring)


def _read(path: Path, kind: type[_Job]) -> _Job:
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind, dec_hook=lambda kind, value: kind(value))
    except msgspec.DecodeError as error:
        raise Invalid(f"{path} is no training job: {error}.") from error
