"""The JSON that comes in under /v1/fine_tuning/jobs, as far as it is honoured, and what becomes of the rest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from homespun.api.openai.decoding import decode
from homespun.api.openai.parameters import Plain, refuse_unsupported
from homespun.core.errors import Invalid, UnsupportedParameter
from homespun.store import storable_text
from homespun.tuning import NewJob, Numbers, TuningMethod

Auto = Literal["auto"]
Epochs = Annotated[int, Meta(ge=1, le=50)]
BatchSize = Annotated[int, Meta(ge=1, le=256)]
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
        return Numbers(
            **{name: getattr(self, name) for name in self.__struct_fields__ if getattr(self, name) != "auto"}
        )


class DpoNumbers(SupervisedNumbers, frozen=True, forbid_unknown_fields=True):
    """Those of supervised, and how firmly the model is held to its base."""

    beta: Beta | Auto | None = None


class Supervised(Struct, frozen=True, forbid_unknown_fields=True):
    """How to train on demonstrations."""

    hyperparameters: SupervisedNumbers | None = None


class Dpo(Struct, frozen=True, forbid_unknown_fields=True):
    """How to train on preferences."""

    hyperparameters: DpoNumbers | None = None


class MethodChoice(Struct, frozen=True, forbid_unknown_fields=True):
    """One method, with what is given for it."""

    type: str
    supervised: Supervised | None = None
    dpo: Dpo | None = None
    reinforcement: dict[str, msgspec.Raw] | None = None


class CreateJob(Struct, frozen=True, kw_only=True):
    """POST /v1/fine_tuning/jobs."""

    model: str
    training_file: str
    method: MethodChoice | None = None
    hyperparameters: SupervisedNumbers | None = None
    """Of supervised: the older way to give them."""
    seed: Seed | None = None
    suffix: Suffix | None = None
    metadata: Annotated[dict[Key, Value], Meta(max_length=16)] | None = None


HONOURED = frozenset(CreateJob.__struct_fields__)
ONLY_AS: Mapping[str, tuple[Plain, ...]] = {"integrations": ([],), "validation_file": ()}
"""Nothing is measured on a validation file, and nobody else is told of a job."""


def read_job(body: bytes) -> NewJob:
    """Raises `Invalid` and `UnsupportedParameter`, naming the field."""
    refuse_unsupported(decode(body, dict[str, msgspec.Raw]), honoured=HONOURED, only_as=ONLY_AS)
    asked = decode(body, CreateJob)
    method, numbers = _method(asked)
    notes = asked.metadata or {}
    for text in (*notes, *notes.values()):
        storable_text(text, "metadata")
    return NewJob(asked.model, asked.training_file, method, numbers, asked.seed, asked.suffix, notes)


def _method(asked: CreateJob) -> tuple[TuningMethod, Numbers]:
    choice = asked.method or MethodChoice("supervised")
    if choice.type not in tuple(TuningMethod):
        raise UnsupportedParameter(
            f"The method {choice.type[:100]!r} is not supported: supervised and dpo are. Reinforcement would need a "
            "grader, and none is run here.",
            param="method.type",
        )
    method = TuningMethod(choice.type)
    for other in (*TuningMethod, "reinforcement"):
        if other != method and getattr(choice, other) is not None:
            raise Invalid(
                f"The method is {method.value!r}, so {other!r} says nothing. Leave it out.", param=f"method.{other}"
            )
    given = choice.supervised if method is TuningMethod.SUPERVISED else choice.dpo
    numbers = given.hyperparameters if given else None
    if asked.hyperparameters and (numbers or method is not TuningMethod.SUPERVISED):
        raise Invalid("Give hyperparameters within 'method' alone.", param="hyperparameters")
    return method, (numbers or asked.hyperparameters or SupervisedNumbers()).as_numbers()
