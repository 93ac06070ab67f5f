"""What all shapes have in common; errors; amounts of money."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field

_MOST_MICROS = 10**15
"""See `billing.money`."""

Micros = Annotated[int, Field(strict=True, ge=-_MOST_MICROS, le=_MOST_MICROS)]
"""Millionths of the currency's major unit."""
LeastNothing = Annotated[int, Field(strict=True, ge=0, le=_MOST_MICROS)]
"""An amount of micros, or a count, that isn't negative."""


class Wire(BaseModel):
    """Base of all shapes here: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")

    @classmethod
    def of(cls, value: object) -> Self:
        """The shape of a package's own value that has the same names."""
        return cls.model_validate(value, from_attributes=True)


class Money(Wire):
    """An amount in a currency."""

    micros: Micros
    currency: str = Field(max_length=3)
    """ISO 4217."""


class Problem(Wire):
    """Every error of this API: {"error": {...}} with a status that fits."""

    code: str
    message: str
    param: str | None = None


class ProblemEnvelope(Wire):
    """Wraps a `Problem`."""

    error: Problem
