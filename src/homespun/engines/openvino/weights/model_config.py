"""The shape of a model of the llama family, whichever file it was read from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Architecture(StrEnum):
    """The model families whose graph can be built."""

    LLAMA = "llama"
    QWEN2 = "qwen2"
    QWEN3 = "qwen3"


@dataclass(frozen=True, slots=True)
class ModelConfig:
    """Numbers that the graph is built from. Every one has been checked for sense; see `check_config`."""

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
    """The longest window that the model was made for."""
    rms_eps: float
    rope_theta: float
    rope_inverse_frequencies: tuple[float, ...]
    """head_dim / 2 numbers, radians per position, with any scaling of the context already in them."""
    tie_embeddings: bool
    """True: the head is the embedding, and there is no `lm_head.weight`."""
    attention_bias: bool
    """True: q_proj, k_proj and v_proj have a `.bias`; o_proj never has."""
    qk_norm: bool
    """True: `self_attn.q_norm.weight` and `k_norm.weight` [head_dim] normalise each head before the rotary embedding."""
