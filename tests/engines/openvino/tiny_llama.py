"""A random llama of two layers, small enough to write as GGUF and as safetensors in every test."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import gguf
import numpy as np
import numpy.typing as npt

from homespun.engines.openvino.decoding import byte_level_characters

Array = npt.NDArray[Any]
LAYERS, HIDDEN, INTERMEDIATE, HEADS, KV_HEADS, HEAD_DIM, VOCAB = 2, 64, 256, 4, 2, 16, 272

CONFIG: dict[str, Any] = {
    "model_type": "llama",
    "num_hidden_layers": LAYERS,
    "hidden_size": HIDDEN,
    "intermediate_size": INTERMEDIATE,
    "num_attention_heads": HEADS,
    "num_key_value_heads": KV_HEADS,
    "vocab_size": VOCAB,
    "max_position_embeddings": 512,
    "rms_norm_eps": 1e-5,
    "rope_theta": 10_000.0,
    "tie_word_embeddings": True,
    "eos_token_id": 262,
}
MERGES = ("h e", "l l", "he ll", "hell o", "Ġ w")
TOKENS = (
    *byte_level_characters(),
    *("".join(pair.split()) for pair in MERGES),
    "<|im_start|>",
    "<|im_end|>",
    "<think>",
)
KINDS = tuple({"<|im_start|>": 3, "<|im_end|>": 3, "<think>": 4}.get(token, 1) for token in TOKENS)
CHAT_TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def tiny_weights(architecture: str = "llama", *, tied: bool = True) -> dict[str, Array]:
    """Random float32 weights under their Hugging Face names."""
    rng = np.random.default_rng(7)
    shapes: dict[str, tuple[int, ...]] = {"model.embed_tokens.weight": (VOCAB, HIDDEN), "model.norm.weight": (HIDDEN,)}
    if not tied:
        shapes["lm_head.weight"] = (VOCAB, HIDDEN)
    for layer in range(LAYERS):
        prefix = f"model.layers.{layer}."
        for name, heads in (("q", HEADS), ("k", KV_HEADS), ("v", KV_HEADS)):
            shapes[prefix + f"self_attn.{name}_proj.weight"] = (heads * HEAD_DIM, HIDDEN)
            if architecture == "qwen2":
                shapes[prefix + f"self_attn.{name}_proj.bias"] = (heads * HEAD_DIM,)
            if architecture == "qwen3" and name != "v":
                shapes[prefix + f"self_attn.{name}_norm.weight"] = (HEAD_DIM,)
        shapes[prefix + "self_attn.o_proj.weight"] = (HIDDEN, HEADS * HEAD_DIM)
        shapes[prefix + "mlp.gate_proj.weight"] = (INTERMEDIATE, HIDDEN)
        shapes[prefix + "mlp.up_proj.weight"] = (INTERMEDIATE, HIDDEN)
        shapes[prefix + "mlp.down_proj.weight"] = (HIDDEN, INTERMEDIATE)
        shapes[prefix + "input_layernorm.weight"] = (HIDDEN,)
        shapes[prefix + "post_attention_layernorm.weight"] = (HIDDEN,)
    return {name: rng.standard_normal(shape, np.float32) for name, shape in shapes.items()}


def write_safetensors(path: Path, tensors: Mapping[str, Array], *, kind: str = "F32") -> None:
    """One file; `kind` F16 or BF16 narrows the weights."""
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    data = b""
    for name, values in tensors.items():
        raw = _narrowed(values, kind).tobytes()
        header[name] = {"dtype": kind, "shape": values.shape, "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def _narrowed(values: Array, kind: str) -> Array:
    match kind:
        case "F32":
            return values
        case "F16":
            return values.astype(np.float16)
        case "BF16":
            return (values.view(np.uint32) >> 16).astype(np.uint16)
    return values.astype(np.int8)


def write_folder(
    folder: Path,
    tensors: Mapping[str, Array],
    *,
    kind: str = "F32",
    files: Mapping[str, Any] | None = None,
    **config: Any,
) -> Path:
    """A folder as on the Hugging Face hub. `config` and `files` (JSON by name) change what it says of itself."""
    folder.mkdir(exist_ok=True)
    write_safetensors(folder / "model.safetensors", tensors, kind=kind)
    described = {
        "config.json": CONFIG | config,
        "tokenizer.json": tokenizer_json(),
        "tokenizer_config.json": {"chat_template": CHAT_TEMPLATE, "eos_token": {"content": "<|im_end|>"}},
    }
    for name, content in (described | dict(files or {})).items():
        (folder / name).write_text(json.dumps(content))
    return folder


def tokenizer_json() -> dict[str, Any]:
    """The same vocabulary as in the GGUF file, as the `tokenizers` library writes one."""
    added = [
        {"id": TOKENS.index(text), "content": text, "special": special, "normalized": False}
        | dict.fromkeys(("single_word", "lstrip", "rstrip"), False)
        for text, special in (("<|im_start|>", True), ("<|im_end|>", True), ("<think>", False))
    ]
    byte_level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
    vocabulary = {token: token_id for token_id, token in enumerate(TOKENS) if KINDS[token_id] == 1}
    return {
        "version": "1.0",
        "added_tokens": added,
        "pre_tokenizer": byte_level,
        "decoder": byte_level,
        "model": {"type": "BPE", "vocab": vocabulary, "merges": list(MERGES)},
    }


def write_gguf(
    path: Path,
    tensors: Mapping[str, Array],
    *,
    architecture: str = "llama",
    kind: gguf.GGMLQuantizationType = gguf.GGMLQuantizationType.F32,
    raw: Mapping[str, tuple[Array, gguf.GGMLQuantizationType]] | None = None,
    fields: Mapping[str, Any] | None = None,
) -> Path:
    """A GGUF file as llama.cpp converts one: matrices in `kind`, the rest in F32, q and k of llama permuted.

    `raw`: tensors by GGUF's names, quantised already. `fields`: metadata beside the usual, numbers or texts.
    """
    writer = gguf.GGUFWriter(str(path), architecture)
    writer.add_block_count(LAYERS)
    writer.add_context_length(512)
    writer.add_embedding_length(HIDDEN)
    writer.add_feed_forward_length(INTERMEDIATE)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KV_HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_freq_base(10_000.0)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(list(TOKENS))
    writer.add_token_types(list(KINDS))
    writer.add_token_merges(list(MERGES))
    writer.add_eos_token_id(TOKENS.index("<|im_end|>"))
    writer.add_chat_template(CHAT_TEMPLATE)
    for name, value in (fields or {}).items():
        add = writer.add_string if isinstance(value, str) else writer.add_float32 if isinstance(value, float) else None
        (add or writer.add_uint32)(name, value)
    for name, values in tensors.items():
        placed = (
            _permuted(values, KV_HEADS if ".k_proj" in name else HEADS) if _is_permuted(architecture, name) else values
        )
        matrix = placed.ndim > 1
        quantised = gguf.quants.quantize(placed, kind) if matrix else placed
        writer.add_tensor(_gguf_name(name), quantised, raw_dtype=kind if matrix else gguf.GGMLQuantizationType.F32)
    for name, (data, its_kind) in (raw or {}).items():
        writer.add_tensor(name, data, raw_dtype=its_kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _is_permuted(architecture: str, name: str) -> bool:
    return architecture == "llama" and (".q_proj." in name or ".k_proj." in name)


def _permuted(values: Array, heads: int) -> Array:
    """Row by row, as the format has it: of each head first rows 0 and d/2, then 1 and d/2 + 1, and so on."""
    order = [
        head * HEAD_DIM + half * HEAD_DIM // 2 + place
        for head in range(heads)
        for place in range(HEAD_DIM // 2)
        for half in (0, 1)
    ]
    return np.ascontiguousarray(values[order])


def _gguf_name(name: str) -> str:
    architecture_map = gguf.get_tensor_name_map(gguf.MODEL_ARCH.QWEN3, LAYERS)
    return str(architecture_map.get_name(name, try_suffixes=(".weight", ".bias")))
