"""The shape of a model of the llama family, whichever file it was read from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import isfinite

from homespun.core.errors import ModelUnreadable


class Architecture(StrEnum):
    """The model families whose graph can be built."""

    LLAMA = "llama"
    QWEN2 = "qwen2"
    QWEN3 = "qwen3"


def supported_architecture(name: str) -> Architecture:
    """The family of that name. Raises `ModelUnreadable` for any other."""
    try:
        return Architecture(name)
    except ValueError:
        raise ModelUnreadable(
            f"The model's architecture is {name!r}, which isn't supported; {', '.join(Architecture)} are."
        ) from None


_LARGEST = {
    "layers": 1_000,
    "hidden": 1 << 17,
    "intermediate": 1 << 20,
    "heads": 4_096,
    "kv_heads": 4_096,
    "head_dim": 4_096,
    "vocab": 1 << 22,
    "context_tokens": 1 << 27,
}
"""Far beyond any model there is; they keep a damaged header from sizing anything."""


@dataclass(frozen=True, slots=True)
class ModelConfig:
    """Numbers that the graph is built from. Raises `ModelUnreadable` where they make no sense."""

    architecture: Architecture
    layers: int
    hidden: int
    """Width of the residual stream."""
    intermediate: int
    """Width inside the feed-forward layer."""
    heads: int
    """Query heads; a multiple of `kv_heads`."""
    kv_heads: int
    head_dim: int
    """Even. The rotary embedding turns all of it: the first half against the second half."""
    vocab: int
    """Rows of the embedding; may be more than the tokenizer has tokens."""
    context_tokens: int
    """The longest window that the model was made for, at which full attention is right."""
    rms_eps: float
    rope_theta: float
    rope_inverse_frequencies: tuple[float, ...]
    """head_dim / 2 numbers, radians per position, with any scaling of the context already in them."""
    tie_embeddings: bool
    """True: the head is the embedding, and there is no `lm_head.weight`."""
    attention_bias: bool
    """True: q_proj, k_proj and v_proj have a `.bias`; o_proj never has."""
    qk_norm: bool
    """True: `self_attn.q_norm.weight` and `k_norm.weight` [head_dim] normalise each head before it is turned."""

    def __post_init__(self) -> None:
        for name, most in _LARGEST.items():
            value = getattr(self, name)
            _require(1 <= value <= most, f"{name} is {value:,}, not between 1 and {most:,}")
        _require(self.heads % self.kv_heads == 0, f"{self.heads} heads can't share {self.kv_heads} key/value heads")
        _require(self.head_dim % 2 == 0, f"head_dim is {self.head_dim}, which is odd")
        _require(0 < self.rms_eps < 1, f"rms_eps is {self.rms_eps}")
        speeds = self.rope_inverse_frequencies
        _require(len(speeds) == self.head_dim // 2, f"there are {len(speeds)} rotary frequencies")
        _require(all(isfinite(speed) and speed > 0 for speed in speeds), "a rotary frequency isn't a positive number")


def _require(sensible: bool, complaint: str) -> None:  # noqa: FBT001
    if not sensible:
        raise ModelUnreadable(f"The model's description makes no sense: {complaint}. Its files are damaged.")
