"""A model's files come from outside. Whatever is in them, the answer is a model or `ModelUnreadable`."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from gguf import GGMLQuantizationType as Kind
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from homespun.core.errors import ModelUnreadable
from homespun.engines.openvino.weights import read_checkpoint

from .tiny_llama import tiny_weights, write_folder, write_gguf, write_safetensors


def text(value: str) -> bytes:
    return struct.pack("<Q", len(value.encode())) + value.encode()


def gguf_header(
    *, version: int = 3, tensors: int = 0, fields: int = 0, rest: bytes = b"", magic: bytes = b"GGUF"
) -> bytes:
    return magic + struct.pack("<IQQ", version, tensors, fields) + rest


def one_tensor(*, dimensions: int = 1, shape: tuple[int, ...] = (32,), kind: int = 0, offset: int = 0) -> bytes:
    return text("x") + struct.pack("<I", dimensions) + struct.pack(f"<{len(shape)}QIQ", *shape, kind, offset)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "is empty"),
        (bytes(range(256)) * 4, "isn't a GGUF file"),
        (gguf_header(magic=b"GGML"), "isn't a GGUF file"),
        (b"GGUF", "truncated"),
        (gguf_header(version=1), "GGUF version 1;"),
        (gguf_header(version=3 << 24), "little-endian"),
        (gguf_header(tensors=1 << 60), "1,152,921,504,606,846,976 tensors"),
        (gguf_header(fields=1 << 60), "metadata fields"),
        (gguf_header(fields=1), "truncated"),
        (gguf_header(fields=1, rest=struct.pack("<Q", 1 << 62)), "truncated"),
        (gguf_header(fields=1, rest=struct.pack("<Q", 2) + b"\xff\xfe"), "isn't UTF-8"),
        (gguf_header(fields=1, rest=text("a") + struct.pack("<I", 99)), "unknown type 99"),
        (gguf_header(fields=1, rest=text("a") + struct.pack("<IIQ", 9, 8, 1 << 60)), "more than the file has room for"),
        (gguf_header(fields=1, rest=text("a") + struct.pack("<IIQ", 9, 4, 1 << 60)), "more than the file has room for"),
        (gguf_header(fields=1, rest=text("a") + struct.pack("<IIQI", 9, 9, 1, 9)), "unknown type 9"),
        (gguf_header(fields=1, rest=text("general.alignment") + struct.pack("<II", 4, 3)), "alignment 3"),
        (gguf_header(fields=1, rest=text("general.alignment") + struct.pack("<II", 4, 0)), "alignment 0"),
        (gguf_header(tensors=1, rest=one_tensor(dimensions=1 << 30)), "1,073,741,824 dimensions"),
        (gguf_header(tensors=1, rest=one_tensor(kind=4321)), "unknown type 4,321"),
        (gguf_header(tensors=1, rest=one_tensor(shape=(33,), kind=2)), "aren't whole blocks of 32"),
        (gguf_header(tensors=1, rest=one_tensor(offset=1 << 63)), "ends before its tensor 'x'"),
        (gguf_header(tensors=1, rest=one_tensor(shape=(1 << 63,))), "ends before its tensor 'x'"),
        (gguf_header(), "lacks general.architecture"),
    ],
)
def test_says_what_is_wrong_with_a_damaged_gguf_file(tmp_path: Path, content: bytes, complaint: str) -> None:
    path = tmp_path / "m.gguf"
    path.write_bytes(content)
    with pytest.raises(ModelUnreadable, match=complaint):
        read_checkpoint(path)


@pytest.mark.parametrize("kept", [0.01, 0.3, 0.6, 0.999])
def test_notices_a_gguf_file_that_was_cut_short(tmp_path: Path, kept: float) -> None:
    path = write_gguf(tmp_path / "m.gguf", tiny_weights())
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * kept)])
    with pytest.raises(ModelUnreadable, match="truncated"):
        read_checkpoint(path)


Tensors = dict[str, Any]
NORM = "model.layers.1.input_layernorm.weight"


def without_norm(tensors: Tensors) -> None:
    del tensors[NORM]


def with_short_norm(tensors: Tensors) -> None:
    tensors[NORM] = tensors[NORM][:32]


def with_output_bias(tensors: Tensors) -> None:
    tensors["model.layers.0.self_attn.o_proj.bias"] = np.zeros(64, np.float32)


def without_embedding(tensors: Tensors) -> None:
    del tensors["model.embed_tokens.weight"]


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (without_norm, f"lack {NORM}"),
        (with_short_norm, r"has the shape \(32,\), where \(64,\) is expected"),
        (with_output_bias, "holds model.layers.0.self_attn.o_proj.bias, which a plain llama model doesn't have"),
        (without_embedding, "embed"),
    ],
)
def test_wants_exactly_the_tensors_of_the_architecture(
    tmp_path: Path, change: Callable[[Tensors], None], complaint: str
) -> None:
    tensors = tiny_weights()
    change(tensors)
    for path in (write_folder(tmp_path, tensors), write_gguf(tmp_path / "m.gguf", tensors)):
        with pytest.raises(ModelUnreadable, match=complaint):
            read_checkpoint(path)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_refuses_weights_that_are_not_numbers(tmp_path: Path, bad: float) -> None:
    tensors = tiny_weights()
    tensors[NORM][3] = bad
    for path in (write_folder(tmp_path, tensors), write_gguf(tmp_path / "m.gguf", tensors)):
        with pytest.raises(ModelUnreadable, match=f"{NORM} holds numbers that aren't finite"):
            read_checkpoint(path).tensor(NORM)


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"split.count": 3}, "one part of several"),
        ({"llama.rope.scaling.type": "yarn"}, "'yarn'; only linear"),
        ({"llama.rope.dimension_count": 8}, "differ in width"),
        ({"llama.attention.sliding_window": 0}, "context_tokens is 0"),
    ],
)
def test_refuses_a_gguf_model_that_it_would_compute_wrongly(
    tmp_path: Path, fields: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(ModelUnreadable, match=complaint):
        read_checkpoint(write_gguf(tmp_path / "m.gguf", tiny_weights(), fields=fields))


def test_names_the_architectures_that_are_supported(tmp_path: Path) -> None:
    for path in (
        write_gguf(tmp_path / "m.gguf", tiny_weights(), architecture="mamba"),
        write_folder(tmp_path / "hf", tiny_weights(), model_type="mamba"),
    ):
        with pytest.raises(ModelUnreadable, match="'mamba', which isn't supported; llama, qwen2, qwen3 are"):
            read_checkpoint(path)


def test_names_the_quantisations_that_are_supported(tmp_path: Path) -> None:
    tensors = tiny_weights()
    del tensors["model.layers.0.mlp.down_proj.weight"]
    block = np.zeros((64, 84), np.uint8)
    path = write_gguf(tmp_path / "m.gguf", tensors, raw={"blk.0.ffn_down.weight": (block, Kind.Q2_K)})
    with pytest.raises(ModelUnreadable, match="Q2_K, which isn't supported; Q4_0, Q4_1"):
        read_checkpoint(path)


@pytest.mark.parametrize(
    ("config", "complaint"),
    [
        ({"hidden_act": "gelu"}, "gelu"),
        ({"quantization_config": {"bits": 4}}, "quantised in a way"),
        ({"rope_scaling": {"rope_type": "yarn", "factor": 4.0}}, "'yarn', which isn't supported; linear and llama3"),
        ({"rope_scaling": {"rope_type": "llama3"}}, "rope_scaling in config.json lacks factor"),
        ({"rope_scaling": LookupError.__name__}, "isn't an object"),
        ({"rope_scaling": {"rope_type": "linear", "factor": 0}}, "rotary frequency"),
        ({"rope_theta": 0}, "makes no sense"),
        ({"rope_theta": 10**400}, "rotary frequency"),
        ({"head_dim": 1 << 60}, "makes no sense"),
        ({"num_hidden_layers": 1 << 60}, "layers is 1,152,921,504,606,846,976"),
        ({"num_hidden_layers": None}, "lacks num_hidden_layers"),
        ({"num_hidden_layers": "2"}, "isn't a whole number"),
        ({"num_hidden_layers": True}, "isn't a whole number"),
        ({"num_attention_heads": 0}, "makes no sense"),
        ({"num_key_value_heads": 3}, "4 heads can't share 3"),
        ({"head_dim": 15}, "odd"),
        ({"rms_norm_eps": -1.0}, "rms_eps"),
        ({"vocab_size": 1 << 40}, "vocab"),
        ({"eos_token_id": "two"}, "eos_token_id"),
    ],
)
def test_says_what_is_wrong_with_a_config(tmp_path: Path, config: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ModelUnreadable, match=complaint):
        read_checkpoint(write_folder(tmp_path, tiny_weights(), **config))


def header(entry: Any) -> bytes:
    content = json.dumps({"x": entry}).encode()
    return struct.pack("<Q", len(content)) + content


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "isn't a whole safetensors file"),
        (b"\1\2", "isn't a whole safetensors file"),
        (b"\xff" * 100, "isn't a whole safetensors file"),
        (struct.pack("<Q", 1 << 60) + b"{}", "isn't a whole safetensors file"),
        (struct.pack("<Q", 2) + b"[]", "isn't a JSON object"),
        (struct.pack("<Q", 2) + b"\xff\xff", "isn't valid JSON"),
        (struct.pack("<Q", 100_000) + b"[" * 100_000, "isn't valid JSON"),
        (header("tensor"), "in a way that isn't the format's"),
        (header({"dtype": "F32", "shape": [-1], "data_offsets": [0, 4]}), "in a way that isn't the format's"),
        (header({"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}), "ends before its tensor x"),
        (header({"dtype": "F32", "shape": [1], "data_offsets": [4, 0]}) + bytes(8), "ends before its tensor x"),
        (header({"dtype": "F32", "shape": [3], "data_offsets": [0, 4]}) + bytes(8), "contradicts its shape"),
        (header({"dtype": "F8_E4M3", "shape": [4], "data_offsets": [0, 4]}) + bytes(8), "F8_E4M3; F32, F16, BF16 are"),
    ],
)
def test_says_what_is_wrong_with_a_damaged_safetensors_file(tmp_path: Path, content: bytes, complaint: str) -> None:
    folder = write_folder(tmp_path, tiny_weights())
    (folder / "model.safetensors").write_bytes(content)
    with pytest.raises(ModelUnreadable, match=complaint):
        read_checkpoint(folder)


@pytest.mark.parametrize("name", ["../secret.safetensors", "/etc/passwd", "missing.safetensors", 5])
def test_the_index_names_only_files_of_the_folder(tmp_path: Path, name: Any) -> None:
    (tmp_path / "secret.safetensors").write_bytes(b"")
    folder = write_folder(tmp_path / "hf", tiny_weights())
    (folder / "model.safetensors.index.json").write_text(json.dumps({"weight_map": {"x": name}}))
    with pytest.raises(ModelUnreadable, match="isn't a file of this folder"):
        read_checkpoint(folder)


def test_refuses_the_same_tensor_in_two_files(tmp_path: Path) -> None:
    tensors = tiny_weights()
    folder = write_folder(tmp_path, tensors)
    (folder / "model.safetensors").rename(folder / "a.safetensors")
    write_safetensors(folder / "b.safetensors", tensors)
    with pytest.raises(ModelUnreadable, match="is in two of the folder's files"):
        read_checkpoint(folder)


@pytest.mark.parametrize("missing", ["config.json", "tokenizer.json", "model.safetensors"])
def test_names_the_file_that_is_missing(tmp_path: Path, missing: str) -> None:
    folder = write_folder(tmp_path, tiny_weights())
    (folder / missing).unlink()
    with pytest.raises(ModelUnreadable, match=missing.replace("model", "")):
        read_checkpoint(folder)


@pytest.mark.parametrize("content", ["", "{", "[]", "\ud800", "[" * 100_000])
def test_a_config_that_is_no_json_is_unreadable(tmp_path: Path, content: str) -> None:
    folder = write_folder(tmp_path, tiny_weights())
    (folder / "config.json").write_bytes(content.encode(errors="surrogatepass"))
    with pytest.raises(ModelUnreadable, match=r"config\.json"):
        read_checkpoint(folder)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_gguf_header_with_wrong_bytes_is_read_or_refused(tmp_path: Path, data: st.DataObject) -> None:
    path = tmp_path / "m.gguf"
    if not path.exists():
        write_gguf(path, tiny_weights())
    content = bytearray(path.read_bytes())
    end_of_header = 5_700
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(4, end_of_header))] = data.draw(st.integers(0, 255))
    damaged = tmp_path / "damaged.gguf"
    damaged.write_bytes(content)
    with suppress(ModelUnreadable):
        read_checkpoint(damaged).close()
