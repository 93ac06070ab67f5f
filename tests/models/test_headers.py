"""Headers are strangers' words: what is whole and supported passes, all else is refused with a reason, and quickly."""

from __future__ import annotations

import json
import struct
from contextlib import suppress
from pathlib import Path

import gguf as gguf_package
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from homespun.core.errors import ModelUnreadable
from homespun.models.readable import Format, check_file, find_weights

from .tiny_models import gguf, hugging_face_folder, safetensors


def check(folder: Path, name: str, content: bytes) -> None:
    (folder / name).write_bytes(content)
    check_file(folder / name)


@pytest.mark.parametrize("architecture", ["llama", "qwen2", "qwen3"])
def test_a_supported_gguf_passes(tmp_path: Path, architecture: str) -> None:
    check(tmp_path, "a.gguf", gguf(architecture))


def test_what_another_program_writes_passes(tmp_path: Path) -> None:
    writer = gguf_package.GGUFWriter(tmp_path / "a.gguf", "llama")
    writer.add_tokenizer_model("gpt2")
    writer.add_token_list(["a", "b"])
    writer.add_float32("llama.rope.freq_base", 1e5)
    weights = np.arange(64, dtype=np.float32).reshape(2, 32)
    for kind in (gguf_package.GGMLQuantizationType.Q8_0, gguf_package.GGMLQuantizationType.Q4_1):
        writer.add_tensor(f"blk.{kind}.weight", gguf_package.quants.quantize(weights, kind), raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    check_file(tmp_path / "a.gguf")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "cut short"),
        (b"<!DOCTYPE html><html>Sign in</html>", "isn't a GGUF file"),
        (gguf(version=1), "version 1"),
        (gguf()[:30], "cut short"),
        (gguf()[:200], "cut short"),
        (gguf(missing_bytes=1), "ends before its last tensor"),
        (gguf("gemma2"), "architecture 'gemma2'"),
        (gguf(tensor_type=13), "type number 13"),
        (gguf(tokenizer="llama"), "tokenizer"),
        (b"GGUF" + struct.pack("<IQQ", 3, 1 << 62, 1), "count of"),
        (b"GGUF" + struct.pack("<IQQ", 3, 1, 1 << 62), "count of"),
        (gguf(extra=struct.pack("<QIIQ", 0, 9, 4, 1 << 60), extra_fields=1), "cut short"),
        (gguf(extra=struct.pack("<QIIQ", 0, 9, 9, 5), extra_fields=1), "type 9"),
        (gguf(extra=struct.pack("<QI", 0, 99), extra_fields=1), "type 99"),
        (gguf(tensors=[("a", (1,) * 5)]), "5 dimensions"),
    ],
)
def test_any_other_gguf_is_refused_with_the_reason_and_what_is_supported(
    tmp_path: Path, content: bytes, why: str
) -> None:
    with pytest.raises(ModelUnreadable, match=f"{why}.*Supported are the architectures llama, qwen2, qwen3, as GGUF"):
        check(tmp_path, "a.gguf", content)


def test_supported_safetensors_pass(tmp_path: Path) -> None:
    check(tmp_path, "model.safetensors", safetensors())


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "isn't a safetensors file"),
        (b"\xff" * 40, "isn't a safetensors file"),
        (safetensors()[:-1], "cut short"),
        ((5).to_bytes(8, "little") + b"[[[[[", "no JSON object"),
        ((100_000).to_bytes(8, "little") + b"[" * 100_000, "no JSON object"),
        ((2).to_bytes(8, "little") + b"[]", "no JSON object"),
        (safetensors({"w": {"dtype": "I8", "shape": [64], "data_offsets": [0, 64]}}), "type I8"),
        (safetensors({"w": {"dtype": "F16", "shape": [33], "data_offsets": [0, 64]}}), "can't be"),
        (safetensors({"w": {"dtype": "F16", "shape": [10**9, "a"], "data_offsets": [0, 64]}}), "can't be"),
        (safetensors({"w": {"dtype": "F16", "shape": [2] * 99, "data_offsets": [0, 64]}}), "can't be"),
        (safetensors({"w": {"dtype": "F16", "shape": [32], "data_offsets": [-64, 0]}}), "can't be"),
        (safetensors({"w": {"dtype": [], "shape": [32], "data_offsets": [0, 64]}}), "can't be"),
        (safetensors({"w": 5}), "can't be"),
    ],
)
def test_any_other_safetensors_are_refused(tmp_path: Path, content: bytes, why: str) -> None:
    with pytest.raises(ModelUnreadable, match=f"{why}.*Supported are the architectures"):
        check(tmp_path, "model.safetensors", content)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b'{"model_type": "gpt_oss"}', "architecture 'gpt_oss'"),
        (b"{}", "architecture 'None'"),
        (b'{"model_type": ["llama"]}', "architecture"),
        (b"nonsense", "no JSON object"),
        (b"[" * 50_000, "no JSON object"),
        (b" " * (2 << 20), "larger"),
    ],
)
def test_a_configuration_of_another_architecture_is_refused(tmp_path: Path, content: bytes, why: str) -> None:
    with pytest.raises(ModelUnreadable, match=why):
        check(tmp_path, "config.json", content)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_no_damage_of_a_header_does_worse_than_being_refused(tmp_path: Path, data: st.DataObject) -> None:
    name, content = data.draw(st.sampled_from([("a.gguf", gguf()), ("model.safetensors", safetensors())]))
    damaged = bytearray(content)
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    with suppress(ModelUnreadable):
        check(tmp_path, name, bytes(damaged[: data.draw(st.integers(0, len(damaged)))]))


def write_all(folder: Path, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        if "/" not in name:
            (folder / name).write_bytes(content)


def test_finds_the_weights_of_either_format(tmp_path: Path) -> None:
    write_all(tmp_path, hugging_face_folder())
    assert find_weights(tmp_path).format is Format.SAFETENSORS
    assert find_weights(tmp_path).path == tmp_path
    (tmp_path / "a.gguf").write_bytes(gguf())
    assert find_weights(tmp_path).path == tmp_path / "a.gguf"


@pytest.mark.parametrize("missing", ["config.json", "tokenizer.json"])
def test_names_the_file_that_is_missing(tmp_path: Path, missing: str) -> None:
    write_all(tmp_path, {name: content for name, content in hugging_face_folder().items() if name != missing})
    with pytest.raises(ModelUnreadable, match=f"no {missing}"):
        find_weights(tmp_path)


@pytest.mark.parametrize("index", [None, {}, {"weight_map": 5}, {"weight_map": {"a": ["b"]}}])
def test_shards_need_an_index(tmp_path: Path, index: object) -> None:
    write_all(tmp_path, {"config.json": b"{}", "tokenizer.json": b"{}"})
    if index is not None:
        (tmp_path / "model.safetensors.index.json").write_text(json.dumps(index))
    with pytest.raises(ModelUnreadable, match="in parts"):
        find_weights(tmp_path)


def test_every_shard_must_be_there(tmp_path: Path) -> None:
    write_all(
        tmp_path, {"config.json": b"{}", "tokenizer.json": b"{}", "model-00001-of-00002.safetensors": safetensors()}
    )
    shards = {"a": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors"}
    (tmp_path / "model.safetensors.index.json").write_text(json.dumps({"weight_map": shards}))
    with pytest.raises(ModelUnreadable, match=r"There is no model-00002-of-00002\.safetensors"):
        find_weights(tmp_path)
