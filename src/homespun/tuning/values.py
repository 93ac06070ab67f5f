"""The values that cross the border of fine-tuning, and which steps a job may take."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar

from homespun.learning.grading import Grader
from homespun.learning.jobs import Hyper, Method

T = TypeVar("T")

ORGANISATION = "homespun"
"""Stands in a model's name where no suffix was given."""
_MICRO_BATCH = 4
"""Examples that are calculated at once, at most."""
_FEWEST_ANSWERS = 2
"""That can be compared with one another."""
_ID_CHARACTERS = 8
"""Of a job's id, in its model's name."""


class Purpose(StrEnum):
    """What a file is for."""

    FINE_TUNE = "fine-tune"
    """Its lines are examples to train on."""


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file that somebody has uploaded."""

    id: str
    owner_id: str
    digest: str
    """sha256, in hex, of what is in it."""
    name: str
    """As the owner called it; no path."""
    purpose: Purpose
    size_bytes: int
    created_at: datetime


class TuningMethod(StrEnum):
    """How a model is fine-tuned, in OpenAI's words."""

    SUPERVISED = "supervised"
    """It says what the examples say."""
    DPO = "dpo"
    """It learns which of two answers is the better one."""
    REINFORCEMENT = "reinforcement"
    """It tries answers itself, and comes to give those more often that a grader scores higher."""

    @property
    def training(self) -> Method:
        """What training calls it."""
        return _TRAININGS[self]


_TRAININGS = {
    TuningMethod.SUPERVISED: Method.SFT,
    TuningMethod.DPO: Method.DPO,
    TuningMethod.REINFORCEMENT: Method.GRPO,
}


@dataclass(frozen=True, slots=True)
class Numbers:
    """The hyperparameters that a client may give; None leaves the choice to us."""

    n_epochs: int | None = None
    batch_size: int | None = None
    """Examples of a step; with reinforcement, questions."""
    learning_rate_multiplier: float | None = None
    """How many times the method's usual learning rate."""
    beta: float | None = None
    """dpo: how firmly the model is held to its base."""
    compute_multiplier: float | None = None
    """reinforcement: how many times the usual number of answers to a question are tried and compared."""

    def for_training(self, method: TuningMethod) -> Hyper:
        """In full, as training takes them. What the file says is all that is learned: no rehearsal is mixed in."""
        usual = Hyper.of(method.training, {})
        generations = max(_FEWEST_ANSWERS, round(usual.generations * (self.compute_multiplier or 1.0)))
        if method is TuningMethod.REINFORCEMENT:
            batch_size = generations * (self.batch_size or usual.batch_size // usual.generations)
        else:
            batch_size = self.batch_size or usual.batch_size
        at_once = next(size for size in range(min(_MICRO_BATCH, batch_size), 0, -1) if batch_size % size == 0)
        given = {
            "replay": 0.0,
            "epochs": self.n_epochs or usual.epochs,
            "batch_size": batch_size,
            "micro_batch_size": at_once,
            "learning_rate": usual.learning_rate * (self.learning_rate_multiplier or 1.0),
            "beta": usual.beta if self.beta is None else self.beta,
            "generations": generations,
        }
        return Hyper.of(method.training, given)


class JobState(StrEnum):
    """Where a job is, in OpenAI's words."""

    QUEUED = "queued"
    """It waits for its turn: one model is trained at a time."""
    RUNNING = "running"
    PAUSED = "paused"
    """Its owner holds it; it goes on from its last checkpoint."""
    SUCCEEDED = "succeeded"
    """Its model answers."""
    FAILED = "failed"
    CANCELLED = "cancelled"


ACTIVE: Set[JobState] = frozenset({JobState.QUEUED, JobState.RUNNING, JobState.PAUSED})
"""In these states a job needs its file still."""

FROM: Mapping[JobState, Set[JobState]] = {
    JobState.CANCELLED: ACTIVE,
    JobState.PAUSED: frozenset({JobState.QUEUED, JobState.RUNNING}),
    JobState.QUEUED: frozenset({JobState.PAUSED}),
}
"""From which states an owner may bring a job into each."""


@dataclass(frozen=True, slots=True)
class NewJob:
    """What a client asks for."""

    model: str
    training_file: str
    """The id of a file of the same owner."""
    validation_file: str | None = None
    """That of another, to measure the loss on after each epoch."""
    method: TuningMethod = TuningMethod.SUPERVISED
    numbers: Numbers = Numbers()
    grader: Grader | None = None
    """What scores answers, for reinforcement."""
    seed: int | None = None
    """None: one is drawn."""
    suffix: str | None = None
    """What the model is called, within its name."""
    notes: Mapping[str, str] = field(default_factory=dict)
    """The client's own words about it, which are kept and given back."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a job came to no model."""

    code: str
    """Of an error in `core.errors`."""
    message: str


@dataclass(frozen=True, slots=True)
class TuningJob:
    """One fine-tuning."""

    id: str
    owner_id: str
    name: str
    """That of the model that it makes: `ft:<model>:<suffix>::<part of the id>`."""
    model: str
    """What it starts from."""
    file_id: str
    file_digest: str
    validation_file_id: str | None
    """None: nothing is measured."""
    validation_digest: str | None
    method: TuningMethod
    numbers: Numbers
    grader: Grader | None
    """What scores answers; None but for reinforcement."""
    seed: int
    suffix: str | None
    notes: Mapping[str, str]
    state: JobState
    failure: Failure | None
    release_id: str | None
    """The release that it made; None before the end."""
    step: int
    """The last one that is done, of `steps`."""
    steps: int
    """0 while unknown."""
    loss: float | None
    """Of the last step."""
    reward: float | None
    """The mean score of the answers that the last step learned from; None but for reinforcement."""
    valid_loss: float | None
    """On the validation file, when it was measured last."""
    created_at: datetime
    finished_at: datetime | None
    estimated_finish_at: datetime | None

    @property
    def digests(self) -> frozenset[str]:
        """Of all files that it needs."""
        return frozenset({self.file_digest, self.validation_digest or self.file_digest})


@dataclass(frozen=True, slots=True)
class JobEvent:
    """Something that happened to a job."""

    number: int
    """Counts up; later events have larger ones."""
    level: str
    """`info`, `warn` or `error`."""
    message: str
    data: Mapping[str, Any]
    """Of a step: its number, how many there will be, and what was measured; else empty."""
    at: datetime

    @property
    def id(self) -> str:
        """By which pages go on."""
        return f"ftevent_{self.number}"


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some of a list."""

    items: tuple[T, ...]
    has_more: bool


def model_name(model: str, suffix: str | None, job_id: str) -> str:
    """That of a job's model, in the form that OpenAI gave such names."""
    return f"ft:{model}:{suffix or ORGANISATION}::{job_id[-_ID_CHARACTERS:]}"
