"""The speeds at which a rotary embedding turns, and how they are slowed down for longer windows."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from homespun.core.errors import ModelUnreadable

from .fields import Fields

_WIDEST = 4_096
"""Dimensions; far more than any head has."""

Speeds = npt.NDArray[np.float64]


def inverse_frequencies(theta: float, head_dim: int) -> Speeds:
    """head_dim / 2 speeds in radians per position, the fastest first (Su et al. 2021, RoFormer)."""
    if not theta > 0 or not 2 <= head_dim <= _WIDEST:
        raise ModelUnreadable(f"A rotary embedding of {head_dim:,} dimensions with base {theta} makes no sense.")
    exponents = np.arange(0, head_dim, 2, dtype=np.float64) / head_dim
    with np.errstate(all="ignore"):
        return np.asarray(theta**-exponents, np.float64)


def slowed(speeds: Speeds, factor: float | Speeds) -> Speeds:
    """All speeds, or each, divided by a factor. `ModelConfig` refuses what isn't a number afterwards."""
    with np.errstate(all="ignore"):
        return np.asarray(speeds / factor, np.float64)


@dataclass(frozen=True, slots=True)
class Llama3Scaling:
    """Slows the long waves down and leaves the short ones alone, as Llama 3.1 does."""

    factor: float
    low_freq_factor: float
    high_freq_factor: float
    original_context: float

    def apply(self, speeds: Speeds) -> Speeds:
        """Waves that turn often within the original window stay; those that don't are slowed; between, a mixture."""
        with np.errstate(all="ignore"):
            turns = self.original_context * speeds / (2 * math.pi)
            kept = np.clip((turns - self.low_freq_factor) / (self.high_freq_factor - self.low_freq_factor), 0.0, 1.0)
            return np.asarray(speeds * (kept + (1 - kept) / self.factor), np.float64)


def scaled(speeds: Speeds, scaling: Fields) -> Speeds:
    """The speeds after what config.json calls rope_scaling, or in newer files rope_parameters."""
    match scaling.text("rope_type", scaling.text("type", "default")):
        case "default":
            return speeds
        case "linear":
            return slowed(speeds, scaling.number("factor"))
        case "llama3":
            names = ("factor", "low_freq_factor", "high_freq_factor", "original_max_position_embeddings")
            return Llama3Scaling(*map(scaling.number, names)).apply(speeds)
        case other:
            raise ModelUnreadable(
                f"The model's rotary embedding is scaled by {other!r}, which isn't supported; linear and llama3 are."
            )
