"""What a model's files hold, whatever their format: its shape, its tokenizer, its weights one tensor at a time.

Tensors have the names and layouts of Hugging Face's llama family, float32, so that whoever builds a graph from them
need not know the format they came in. This module must not know OpenVINO, nor any file format.
"""

from __future__ import annotations

from functools import cached_property
from typing import Protocol

import numpy as np
import numpy.typing as npt

from homespun.core.errors import ModelUnreadable

from .layout import check_layout, expected_tensors
from .model_config import ModelConfig
from .tokenizer_spec import TokenizerSpec

FloatArray = npt.NDArray[np.float32]


class TensorSource(Protocol):
    """The tensors of one model in one file format, under their Hugging Face names."""

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """The shape of every tensor there is."""
        ...

    def read(self, name: str) -> FloatArray:
        """One tensor as a new float32 array, in the layout of Hugging Face."""
        ...

    def digest(self) -> str:
        """sha256, in hex, of all that defines the weights."""
        ...

    def close(self) -> None:
        """Lets the files go."""
        ...


class Checkpoint:
    """A model at rest. Raises `ModelUnreadable` where a tensor is missing, superfluous or of the wrong shape."""

    def __init__(self, config: ModelConfig, tokenizer: TokenizerSpec, source: TensorSource) -> None:
        check_layout(config, source.shapes())
        self.config = config
        self.tokenizer = tokenizer
        self._source = source

    def names(self) -> tuple[str, ...]:
        """The tensors' names, such as `model.layers.0.self_attn.q_proj.weight`; see `layout`."""
        return tuple(expected_tensors(self.config))

    def tensor(self, name: str) -> FloatArray:
        """One tensor as a new C-contiguous float32 array that the caller owns; matrices are [outputs, inputs].

        Read when asked for and not kept, so that the model is never in memory twice. Raises `ModelUnreadable` if it
        holds a number that isn't finite.
        """
        values = self._source.read(name)
        with np.errstate(all="ignore"):
            total = values.sum()
        if not np.isfinite(total):
            raise ModelUnreadable(f"The weights are damaged: {name} holds numbers that aren't finite.")
        return values

    @cached_property
    def digest(self) -> str:
        """Identifies the weights, for caches: sha256 of all files that define them. Reads them whole, once."""
        return self._source.digest()

    def close(self) -> None:
        """Lets the files go; tensors already read stay valid."""
        self._source.close()
