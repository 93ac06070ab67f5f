"""What the JSON files of a Hugging Face folder say of a model: its shape and its tokenizer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from homespun.core.errors import ModelUnreadable

from .checkpoint import Checkpoint
from .fields import Fields, parse_object, read_fields, read_text
from .model_config import Architecture, ModelConfig, supported_architecture
from .rope import inverse_frequencies, scaled
from .safetensors_source import SafetensorsSource
from .tokenizer_spec import TokenizerJson, TokenizerSpec

_MAX_TOKENIZER = 200_000_000
_MAX_TEMPLATE = 1_000_000
"""Bytes."""


def read_safetensors(folder: Path) -> Checkpoint:
    """Reads the JSON files of a folder and the headers of its weights. Raises `ModelUnreadable`."""
    fields = read_fields(folder / "config.json")
    source = SafetensorsSource(folder)
    config = _config(fields, source)
    return Checkpoint(config, _tokenizer(folder, fields, config.vocab), source)


def _config(fields: Fields, source: SafetensorsSource) -> ModelConfig:
    architecture = supported_architecture(fields.text("model_type"))
    if fields.has("quantization_config"):
        raise ModelUnreadable("The weights are quantised in a way that isn't supported; F32, F16 and BF16 weights are.")
    if (activation := fields.text("hidden_act", "silu")) != "silu":
        raise ModelUnreadable(f"The model's activation is {activation!r}, which isn't supported; silu is.")
    heads, hidden = fields.integer("num_attention_heads"), fields.integer("hidden_size")
    head_dim = fields.integer("head_dim", hidden // max(heads, 1))
    rope = fields.within("rope_parameters" if fields.has("rope_parameters") else "rope_scaling")
    theta = rope.number("rope_theta", fields.number("rope_theta", 10_000.0))
    shapes = source.shapes()
    return ModelConfig(
        architecture=architecture,
        layers=fields.integer("num_hidden_layers"),
        hidden=hidden,
        intermediate=fields.integer("intermediate_size"),
        heads=heads,
        kv_heads=fields.integer("num_key_value_heads", heads),
        head_dim=head_dim,
        vocab=fields.integer("vocab_size"),
        context_tokens=_context(fields),
        rms_eps=fields.number("rms_norm_eps"),
        rope_theta=theta,
        rope_inverse_frequencies=tuple(scaled(inverse_frequencies(theta, head_dim), rope).tolist()),
        tie_embeddings=fields.flag("tie_word_embeddings", default=False),
        attention_bias="model.layers.0.self_attn.q_proj.bias" in shapes,
        qk_norm=architecture is Architecture.QWEN3,
    )


def _context(fields: Fields) -> int:
    """The window; with sliding-window attention no more than it slides over, where it equals full attention."""
    context = fields.integer("max_position_embeddings")
    slides = fields.flag("use_sliding_window", default=False)
    return min(context, fields.integer("sliding_window", context)) if slides else context


def _tokenizer(folder: Path, config: Fields, rows: int) -> TokenizerSpec:
    settings = _read_if_there(folder / "tokenizer_config.json")
    generation = Fields(_read_if_there(folder / "generation_config.json"), "generation_config.json")
    return TokenizerSpec(
        vocabulary=TokenizerJson(read_text(folder / "tokenizer.json", most_bytes=_MAX_TOKENIZER)),
        rows=rows,
        chat_template=_chat_template(folder, settings),
        special_tokens={name: text for name, value in settings.items() if (text := _special_token(name, value))},
        eos_token_ids=frozenset((*config.one_or_many("eos_token_id"), *generation.one_or_many("eos_token_id"))),
    )


def _read_if_there(path: Path) -> dict[str, Any]:
    return parse_object(read_text(path, most_bytes=16 << 20), path.name) if path.exists() else {}


def _chat_template(folder: Path, settings: dict[str, Any]) -> str | None:
    """Newer folders have a file of its own; older ones a field: one template, or a list of named ones."""
    file = folder / "chat_template.jinja"
    if file.exists():
        return read_text(file, most_bytes=_MAX_TEMPLATE)
    match settings.get("chat_template"):
        case str(template):
            return template
        case list(templates):
            return next((each["template"] for each in templates if each.get("name") == "default"), None)
    return None


def _special_token(name: str, value: Any) -> str | None:
    """bos_token and its like are a string, or an object with the string inside."""
    match name.endswith("_token"), value:
        case (True, str(text)) | (True, {"content": str(text)}):
            return text
    return None
