"""Which tensors a model of the llama family consists of, and their shapes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from homespun.core.errors import ModelUnreadable

from .model_config import ModelConfig

Shape = tuple[int, ...]

_REPEATS_THE_CONFIG = ("rope_freqs.weight", ".rotary_emb.inv_freq")
"""Tensors, by the end of their names, with nothing that `ModelConfig` doesn't hold."""


def expected_tensors(config: ModelConfig) -> dict[str, Shape]:
    """The name and shape of every tensor of a model; matrices are [outputs, inputs]."""
    expected: dict[str, Shape] = {
        "model.embed_tokens.weight": (config.vocab, config.hidden),
        "model.norm.weight": (config.hidden,),
    }
    if not config.tie_embeddings:
        expected["lm_head.weight"] = (config.vocab, config.hidden)
    for layer in range(config.layers):
        prefix = f"model.layers.{layer}."
        expected.update((prefix + name, shape) for name, shape in _layer_tensors(config))
    return expected


def _layer_tensors(config: ModelConfig) -> Iterator[tuple[str, Shape]]:
    queries, keys = config.heads * config.head_dim, config.kv_heads * config.head_dim
    yield "input_layernorm.weight", (config.hidden,)
    for name, outputs in (("q_proj", queries), ("k_proj", keys), ("v_proj", keys)):
        yield f"self_attn.{name}.weight", (outputs, config.hidden)
        if config.attention_bias:
            yield f"self_attn.{name}.bias", (outputs,)
    if config.qk_norm:
        yield "self_attn.q_norm.weight", (config.head_dim,)
        yield "self_attn.k_norm.weight", (config.head_dim,)
    yield "self_attn.o_proj.weight", (config.hidden, queries)
    yield "post_attention_layernorm.weight", (config.hidden,)
    yield "mlp.gate_proj.weight", (config.intermediate, config.hidden)
    yield "mlp.up_proj.weight", (config.intermediate, config.hidden)
    yield "mlp.down_proj.weight", (config.hidden, config.intermediate)


def check_layout(config: ModelConfig, found: Mapping[str, Shape]) -> None:
    """Raises `ModelUnreadable` unless the tensors found are exactly those expected.

    A tensor too many matters as much as one too few: it belongs to a calculation that the graph would leave out. A head
    that the config calls tied is such a tensor's copy, and may be there.
    """
    expected = expected_tensors(config)
    if missing := sorted(expected.keys() - found.keys()):
        raise ModelUnreadable(f"The model's files lack {_several(missing)}. They may be incomplete; fetch them again.")
    surplus = sorted(name for name in found.keys() - expected.keys() if not name.endswith(_REPEATS_THE_CONFIG))
    if surplus and not (config.tie_embeddings and surplus == ["lm_head.weight"]):
        raise ModelUnreadable(
            f"The model holds {_several(surplus)}, which a plain {config.architecture} model doesn't have. "
            "It does more than this engine can compute."
        )
    for name, shape in expected.items():
        if found[name] != shape:
            raise ModelUnreadable(f"The tensor {name} has the shape {found[name]}, where {shape} is expected.")


def _several(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} other tensors"
