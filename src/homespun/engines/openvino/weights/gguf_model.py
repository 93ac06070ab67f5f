"""What the metadata of a GGUF file says of a model: its shape and its tokenizer."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from homespun.core.errors import ModelUnreadable

from .checkpoint import Checkpoint
from .fields import Fields
from .gguf_header import read_header
from .gguf_source import ROPE_FACTORS, GgufSource
from .model_config import Architecture, ModelConfig, supported_architecture
from .rope import Speeds, inverse_frequencies, slowed
from .tokenizer_spec import BytePairVocabulary, TokenizerSpec

_EMBEDDING = "model.embed_tokens.weight"
SPECIAL_TOKENS = {"bos": "bos_token", "eos": "eos_token", "unknown": "unk_token", "padding": "pad_token"}
"""GGUF's names for special tokens, and those of chat templates."""


def read_gguf(path: Path) -> Checkpoint:
    """Reads the header of a .gguf file. Raises `ModelUnreadable`."""
    header = read_header(path)
    fields = Fields(header.metadata, path.name)
    if fields.integer("split.count", 1) > 1:
        raise ModelUnreadable(f"{path.name} is one part of several. Merge them into one file first.")
    architecture = supported_architecture(fields.text("general.architecture"))
    source = GgufSource(path, header.tensors, heads_to_unpermute=_permuted(architecture, fields))
    if _EMBEDDING not in source.shapes():
        raise ModelUnreadable(f"{path.name} has no token embedding (token_embd.weight). Fetch it again.")
    return Checkpoint(_config(architecture, fields, source), _tokenizer(fields, source), source)


def _permuted(architecture: Architecture, fields: Fields) -> dict[str, int]:
    """Which tensors llama.cpp stores with permuted rows, by the end of their names, and their numbers of heads."""
    if architecture is not Architecture.LLAMA:
        return {}
    heads = fields.integer("llama.attention.head_count")
    kv_heads = fields.integer("llama.attention.head_count_kv", heads)
    return {
        f".self_attn.{name}.{kind}": count
        for name, count in (("q_proj", heads), ("k_proj", kv_heads))
        for kind in ("weight", "bias")
    }


def _config(architecture: Architecture, fields: Fields, source: GgufSource) -> ModelConfig:
    def integer(name: str, default: int | None = None) -> int:
        return fields.integer(f"{architecture}.{name}", default)

    heads, hidden = integer("attention.head_count"), integer("embedding_length")
    head_dim = integer("attention.key_length", hidden // max(heads, 1))
    if {integer("attention.value_length", head_dim), integer("rope.dimension_count", head_dim)} != {head_dim}:
        raise ModelUnreadable("Keys, values and the rotary embedding differ in width, which isn't supported.")
    context = integer("context_length")
    theta = fields.number(f"{architecture}.rope.freq_base", 10_000.0)
    shapes = source.shapes()
    return ModelConfig(
        architecture=architecture,
        layers=integer("block_count"),
        hidden=hidden,
        intermediate=integer("feed_forward_length"),
        heads=heads,
        kv_heads=integer("attention.head_count_kv", heads),
        head_dim=head_dim,
        vocab=shapes[_EMBEDDING][0],
        context_tokens=min(context, integer("attention.sliding_window", context)),
        rms_eps=fields.number(f"{architecture}.attention.layer_norm_rms_epsilon"),
        rope_theta=theta,
        rope_inverse_frequencies=tuple(_speeds(architecture, fields, source, theta, head_dim).tolist()),
        tie_embeddings="lm_head.weight" not in shapes,
        attention_bias="model.layers.0.self_attn.q_proj.bias" in shapes,
        qk_norm=architecture is Architecture.QWEN3,
    )


def _speeds(architecture: Architecture, fields: Fields, source: GgufSource, theta: float, head_dim: int) -> Speeds:
    """Linear scaling is a number in the metadata; Llama 3's comes as a tensor of divisors."""
    speeds = inverse_frequencies(theta, head_dim)
    scaling = fields.text(f"{architecture}.rope.scaling.type", "none")
    if scaling == "linear":
        speeds = slowed(speeds, fields.number(f"{architecture}.rope.scaling.factor"))
    elif scaling != "none":
        raise ModelUnreadable(f"The model's rotary embedding is scaled by {scaling!r}; only linear is supported.")
    if ROPE_FACTORS not in source.shapes():
        return speeds
    divisors = source.read(ROPE_FACTORS).astype(np.float64)
    if divisors.shape != speeds.shape:
        raise ModelUnreadable(f"The tensor {ROPE_FACTORS} has the shape {divisors.shape}, not {speeds.shape}.")
    return slowed(speeds, divisors)


def _tokenizer(fields: Fields, source: GgufSource) -> TokenizerSpec:
    model = fields.text("tokenizer.ggml.model")
    if model != "gpt2":
        raise ModelUnreadable(
            f"The file's tokenizer is of the kind {model!r}, which isn't supported; byte-level BPE ('gpt2') is. "
            "Take the model in the safetensors format instead."
        )
    tokens = fields.items("tokenizer.ggml.tokens", str)
    pre_tokenizer = fields.text("tokenizer.ggml.pre", "default")
    ends = {fields.integer(f"tokenizer.ggml.{name}_token_id", -1) for name in ("eos", "eot", "eom")}
    return TokenizerSpec(
        vocabulary=BytePairVocabulary(
            tokens=tokens,
            kinds=fields.items("tokenizer.ggml.token_type", int),
            merges=fields.items("tokenizer.ggml.merges", str),
            pre_tokenizer=pre_tokenizer,
            adds_bos=fields.flag("tokenizer.ggml.add_bos_token", pre_tokenizer == "llama-bpe"),
        ),
        rows=source.shapes()[_EMBEDDING][0],
        chat_template=fields.text("tokenizer.chat_template", "") or None,
        special_tokens=dict(_special_tokens(fields, tokens)),
        eos_token_ids=frozenset(ends - {-1}),
    )


def _special_tokens(fields: Fields, tokens: tuple[str, ...]) -> list[tuple[str, str]]:
    ids = {theirs: fields.integer(f"tokenizer.ggml.{ours}_token_id", -1) for ours, theirs in SPECIAL_TOKENS.items()}
    return [(name, tokens[token_id]) for name, token_id in ids.items() if 0 <= token_id < len(tokens)]
