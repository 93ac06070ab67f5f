"""What a GGUF file says of a model beside its weights: its shape and its tokenizer.

The counterpart of `engines/openvino/weights/gguf_model.py`, which reads them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from homespun.core.errors import ModelUnreadable
from homespun.engines.openvino.tokenizer import ENDINGS, Tokenizer
from homespun.engines.openvino.weights import Architecture, Checkpoint, ModelConfig, TokenizerSpec
from homespun.engines.openvino.weights.gguf_model import SPECIAL_TOKENS
from homespun.engines.openvino.weights.rope import Speeds, inverse_frequencies

from .gguf_vocabulary import byte_pair_vocabulary

_CLOSE = 1e-5
"""Relative: GGUF keeps divisors of rotary frequencies as float32."""


def gguf_metadata(model: Checkpoint) -> dict[str, Any]:
    """All fields by name; the architecture itself is left to the writer. Raises `ModelUnreadable`."""
    return {"general.type": "model", **_shape(model.config), **_tokenizer(model.tokenizer)}


def rope_divisors(config: ModelConfig) -> Speeds | None:
    """What the rotary frequencies are divided by, each by its own; None where one number says it all.

    Raises `ModelUnreadable` where such divisors would not be read.
    """
    divisors = _divisors(config)
    if np.allclose(divisors, divisors[0], rtol=_CLOSE, atol=0):
        return None
    if config.architecture is not Architecture.LLAMA:
        raise ModelUnreadable(
            f"The rotary embedding of this {config.architecture} model is scaled in a way that GGUF can't tell. "
            "Export it as hf."
        )
    return divisors


def _shape(config: ModelConfig) -> dict[str, Any]:
    fields = {
        "vocab_size": config.vocab,
        "block_count": config.layers,
        "context_length": config.context_tokens,
        "embedding_length": config.hidden,
        "feed_forward_length": config.intermediate,
        "attention.head_count": config.heads,
        "attention.head_count_kv": config.kv_heads,
        "attention.key_length": config.head_dim,
        "attention.value_length": config.head_dim,
        "attention.layer_norm_rms_epsilon": float(config.rms_eps),
        "rope.dimension_count": config.head_dim,
        "rope.freq_base": float(config.rope_theta),
        **_scaling(config),
    }
    return {f"{config.architecture}.{name}": value for name, value in fields.items()}


def _scaling(config: ModelConfig) -> dict[str, Any]:
    factor = float(_divisors(config)[0])
    if rope_divisors(config) is not None or abs(factor - 1) < _CLOSE:
        return {}
    return {"rope.scaling.type": "linear", "rope.scaling.factor": factor}


def _divisors(config: ModelConfig) -> Speeds:
    speeds = inverse_frequencies(config.rope_theta, config.head_dim)
    return np.asarray(speeds / np.array(config.rope_inverse_frequencies), np.float64)


def _tokenizer(spec: TokenizerSpec) -> dict[str, Any]:
    vocabulary = byte_pair_vocabulary(spec)
    return {
        "tokenizer.ggml.model": "gpt2",
        "tokenizer.ggml.pre": vocabulary.pre_tokenizer,
        "tokenizer.ggml.tokens": vocabulary.tokens,
        "tokenizer.ggml.token_type": vocabulary.kinds,
        "tokenizer.ggml.merges": vocabulary.merges,
        "tokenizer.ggml.add_bos_token": vocabulary.adds_bos,
        "tokenizer.chat_template": spec.chat_template or "",
        **dict(_special_ids(spec, vocabulary.tokens)),
    }


def _special_ids(spec: TokenizerSpec, tokens: tuple[str, ...]) -> Iterator[tuple[str, int]]:
    """Ends of an answer that readers know by their spelling need not be named; of others, GGUF can name two more."""
    ids = {text: token_id for token_id, text in enumerate(tokens)}
    for ours, theirs in SPECIAL_TOKENS.items():
        if (text := spec.special_tokens.get(theirs)) in ids:
            yield f"tokenizer.ggml.{ours}_token_id", ids[text]
    ends = sorted(Tokenizer.from_spec(spec).eos_ids)
    named = ids.get(spec.special_tokens.get("eos_token", ""))
    if named is None and ends:
        named = ends[0]
        yield "tokenizer.ggml.eos_token_id", named
    others = [token_id for token_id in ends if token_id != named and tokens[token_id] not in ENDINGS]
    yield from zip(("tokenizer.ggml.eot_token_id", "tokenizer.ggml.eom_token_id"), others, strict=False)
