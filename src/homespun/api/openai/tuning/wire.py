"""The JSON that comes in under /v1/fine_tuning/jobs, as far as it is honoured, and what becomes of the rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from homespun.api.openai.decoding import decode
from homespun.api.openai.parameters import Plain, refuse_unsupported
from homespun.core.errors import Invalid, UnsupportedParameter
from homespun.learning.grading import Grader
from homespun.store import storable_text
from homespun.tuning import NewJob, Numbers, TuningMethod

from .graders import read_grader

Auto = Literal["auto"]
Epochs = Annotated[int, Meta(ge=1, le=50)]
BatchSize = Annotated[int, Meta(ge=1, le=256)]
Questions = Annotated[int, Meta(ge=1, le=32)]
ComputeMultiplier = Annotated[float, Meta(ge=0.25, le=4)]
"""So that one roll-out, of a few steps, is no more than the engine takes at once."""
Multiplier = Annotated[float, Meta(gt=0, le=100)]
Beta = Annotated[float, Meta(gt=0, le=2)]
Seed = Annotated[int, Meta(ge=0, lt=2**31)]
Suffix = Annotated[str, Meta(min_length=1, max_length=64, pattern="^[A-Za-z0-9._-]+$")]
Key = Annotated[str, Meta(min_length=1, max_length=64)]
Value = Annotated[str, Meta(max_length=512)]


class SupervisedNumbers(Struct, frozen=True, forbid_unknown_fields=True):
    """`auto` and null leave the choice to us."""

    n_epochs: Epochs | Auto | None = None
    batch_size: BatchSize | Auto | None = None
    learning_rate_multiplier: Multiplier | Auto | None = None

    def as_numbers(self) -> Numbers:
        """Without `auto`."""
        given = {each.name: getattr(self, each.name, None) for each in fields(Numbers)}
        return Numbers(**{name: value for name, value in given.items() if value != "auto"})


class DpoNumbers(SupervisedNumbers, frozen=True, forbid_unknown_fields=True):
    """Those of supervised, and how firmly the model is held to its base."""

    beta: Beta | Auto | None = None


class ReinforcementNumbers(SupervisedNumbers, frozen=True, forbid_unknown_fields=True):
    """Those of supervised, and how many answers are tried. The last three are known, and honoured by their usual values
    alone."""

    batch_size: Questions | Auto | None = None
    compute_multiplier: ComputeMultiplier | Auto | None = None
    eval_interval: int | str | None = None
    eval_samples: int | str | None = None
    reasoning_effort: str | None = None


class Supervised(Struct, frozen=True, forbid_unknown_fields=True):
    """How to train on demonstrations."""

    hyperparameters: SupervisedNumbers | None = None


class Dpo(Struct, frozen=True, forbid_unknown_fields=True):
    """How to train on preferences."""

    hyperparameters: DpoNumbers | None = None


class Reinforcement(Struct, frozen=True, forbid_unknown_fields=True):
    """How to train on a grader's scores."""

    grader: msgspec.Raw
    hyperparameters: ReinforcementNumbers | None = None
    response_format: dict[str, Any] | None = None


class MethodChoice(Struct, frozen=True, forbid_unknown_fields=True):
    """One method, with what is given for it."""

    type: str
    supervised: Supervised | None = None
    dpo: Dpo | None = None
    reinforcement: Reinforcement | None = None


class CreateJob(Struct, frozen=True, kw_only=True):
    """POST /v1/fine_tuning/jobs."""

    model: str
    training_file: str
    validation_file: str | None = None
    method: MethodChoice | None = None
    hyperparameters: SupervisedNumbers | None = None
    """Of supervised: the older way to give them."""
    seed: Seed | None = None
    suffix: Suffix | None = None
    metadata: Annotated[dict[Key, Value], Meta(max_length=16)] | None = None


HONOURED = frozenset(CreateJob.__struct_fields__)
ONLY_AS: Mapping[str, tuple[Plain, ...]] = {"integrations": ([],)}
"""Nobody else is told of a job."""
_USUAL: Mapping[str, str] = {"eval_interval": "auto", "eval_samples": "auto", "reasoning_effort": "default"}
"""The one value of each that is honoured: answers are graded as they are trained on, and models here don't reason."""
_AT = "method.reinforcement"


def read_job(body: bytes) -> NewJob:
    """Raises `Invalid` and `UnsupportedParameter`, naming the field."""
    refuse_unsupported(decode(body, dict[str, msgspec.Raw]), honoured=HONOURED, only_as=ONLY_AS)
    asked = decode(body, CreateJob)
    method, numbers, grader = _method(asked)
    if asked.validation_file and method is TuningMethod.REINFORCEMENT:
        words = "Nothing is measured on a validation file with reinforcement. Leave it out."
        raise UnsupportedParameter(words, param="validation_file")
    notes = asked.metadata or {}
    for text in (*notes, *notes.values()):
        storable_text(text, "metadata")
    return NewJob(
        asked.model,
        asked.training_file,
        validation_file=asked.validation_file,
        method=method,
        numbers=numbers,
        grader=grader,
        seed=asked.seed,
        suffix=asked.suffix,
        notes=notes,
    )


def _method(asked: CreateJob) -> tuple[TuningMethod, Numbers, Grader | None]:
    choice = asked.method or MethodChoice("supervised")
    if choice.type not in tuple(TuningMethod):
        raise UnsupportedParameter(
            f"The method {choice.type[:100]!r} is not supported: supervised, dpo and reinforcement are.",
            param="method.type",
        )
    method = TuningMethod(choice.type)
    for other in TuningMethod:
        if other != method and getattr(choice, other) is not None:
            raise Invalid(
                f"The method is {method.value!r}, so {other.value!r} says nothing. Leave it out.",
                param=f"method.{other}",
            )
    given: Supervised | Dpo | Reinforcement | None = getattr(choice, method)
    numbers = given.hyperparameters if given else None
    if asked.hyperparameters and (numbers or method is not TuningMethod.SUPERVISED):
        raise Invalid("Give hyperparameters within 'method' alone.", param="hyperparameters")
    grader = _grader(choice.reinforcement) if method is TuningMethod.REINFORCEMENT else None
    return method, (numbers or asked.hyperparameters or SupervisedNumbers()).as_numbers(), grader


def _grader(given: Reinforcement | None) -> Grader:
    """Refuses too what is given beside it and can't be honoured."""
    if given is None:
        raise Invalid(f"The required parameter '{_AT}' is missing: it has the grader.", param=_AT)
    if given.response_format not in (None, {"type": "text"}):
        raise UnsupportedParameter("Answers are text here. Leave it out.", param=f"{_AT}.response_format")
    for name, usual in _USUAL.items():
        if getattr(given.hyperparameters, name, None) not in (None, usual):
            param = f"{_AT}.hyperparameters.{name}"
            raise UnsupportedParameter(f"{name!r} can only be {usual!r} here. Leave it out.", param=param)
    return read_grader(bytes(given.grader), f"{_AT}.grader")
