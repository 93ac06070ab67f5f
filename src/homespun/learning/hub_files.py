"""What the JSON files of a Hugging Face folder say of a model, written from what our own reader knows of a GGUF file.

The counterpart of `engines/openvino/weights/safetensors_model.py`, which reads them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from tokenizers.processors import TemplateProcessing

from homespun.core.errors import ModelUnreadable
from homespun.engines.openvino.byte_pair import build_byte_pair
from homespun.engines.openvino.tokenizer import Tokenizer
from homespun.engines.openvino.weights import Architecture, Checkpoint, ModelConfig, TokenizerJson, TokenizerSpec
from homespun.engines.openvino.weights.rope import Llama3Scaling, Speeds, inverse_frequencies

_CLASSES = {
    Architecture.LLAMA: "LlamaForCausalLM",
    Architecture.QWEN2: "Qwen2ForCausalLM",
    Architecture.QWEN3: "Qwen3ForCausalLM",
}
_CLOSE = 1e-5
"""Relative: GGUF keeps divisors of rotary frequencies as float32."""


HUB_FILES = (
    "config.json",
    "generation_config.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "chat_template.jinja",
    "special_tokens_map.json",
)
"""The files that may lie beside a model's weights and tell what it is."""


def hub_files(checkpoint: Checkpoint) -> Mapping[str, str]:
    """The text of each file beside the weights, by name. Raises `ModelUnreadable` for what such files can't say."""
    tokenizer = Tokenizer.from_spec(checkpoint.tokenizer)
    generation = {"eos_token_id": sorted(tokenizer.eos_ids), "bos_token_id": tokenizer.bos_id}
    return {
        "config.json": _json(_config(checkpoint.config) | generation),
        "generation_config.json": _json(generation),
        "tokenizer.json": _tokenizer_json(checkpoint.tokenizer),
        "tokenizer_config.json": _json(_tokenizer_config(checkpoint.tokenizer, checkpoint.config)),
    }


def _config(config: ModelConfig) -> dict[str, Any]:
    return {
        "architectures": [_CLASSES[config.architecture]],
        "model_type": str(config.architecture),
        "dtype": "float32",
        "hidden_act": "silu",
        "num_hidden_layers": config.layers,
        "hidden_size": config.hidden,
        "intermediate_size": config.intermediate,
        "num_attention_heads": config.heads,
        "num_key_value_heads": config.kv_heads,
        "head_dim": config.head_dim,
        "vocab_size": config.vocab,
        "max_position_embeddings": config.context_tokens,
        "rms_norm_eps": config.rms_eps,
        "rope_parameters": {"rope_theta": config.rope_theta, **_scaling(config)},
        "tie_word_embeddings": config.tie_embeddings,
        "attention_bias": config.attention_bias and config.architecture is not Architecture.QWEN2,
    }


def _scaling(config: ModelConfig) -> dict[str, Any]:
    """How the rotary frequencies were slowed down, told from the frequencies themselves."""
    speeds = inverse_frequencies(config.rope_theta, config.head_dim)
    actual = np.array(config.rope_inverse_frequencies)
    divisors = speeds / actual
    if _alike(actual, speeds):
        return {"rope_type": "default"}
    if _alike(actual, speeds / divisors[0]):
        return {"rope_type": "linear", "factor": float(divisors[0])}
    llama3 = Llama3Scaling(float(np.float32(divisors[-1])), 1.0, 4.0, 8192)
    if _alike(actual, llama3.apply(speeds)):
        return {
            "rope_type": "llama3",
            "factor": llama3.factor,
            "low_freq_factor": llama3.low_freq_factor,
            "high_freq_factor": llama3.high_freq_factor,
            "original_max_position_embeddings": int(llama3.original_context),
        }
    raise ModelUnreadable(
        "The model's rotary embedding is scaled in a way that can't be exported. "
        "Install the model in the safetensors format instead: that is taken as it is."
    )


def _alike(one: Speeds, other: Speeds) -> bool:
    return bool(np.allclose(one, other, rtol=_CLOSE, atol=0))


def _tokenizer_json(spec: TokenizerSpec) -> str:
    if isinstance(spec.vocabulary, TokenizerJson):
        return spec.vocabulary.text
    bos = spec.special_tokens.get("bos_token")
    codec = build_byte_pair(spec.vocabulary, bos_token=bos)
    if codec.text_prefix:
        codec.library.post_processor = TemplateProcessing(
            single=f"{bos} $A", special_tokens=[(bos, codec.text_prefix[0])]
        )
    return str(codec.library.to_str())


def _tokenizer_config(spec: TokenizerSpec, config: ModelConfig) -> dict[str, Any]:
    names = dict(spec.special_tokens)
    if "eos_token" in names:
        names.setdefault("pad_token", names["eos_token"])
    return {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": config.context_tokens,
        "clean_up_tokenization_spaces": False,
        "chat_template": spec.chat_template,
        **names,
    }


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def write_files(folder: Path, files: Mapping[str, str]) -> None:
    """Writes the texts into an existing folder, byte for byte the same on every system."""
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
