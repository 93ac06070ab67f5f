"""Whatever format a model comes in, what is read from it is the same."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from gguf import GGMLQuantizationType as Kind

from homespun.core.errors import ModelUnreadable
from homespun.engines.openvino.weights import (
    Architecture,
    BytePairVocabulary,
    Checkpoint,
    TokenizerJson,
    read_checkpoint,
)
from homespun.engines.openvino.weights.gguf_source import SUPPORTED as GGUF_TYPES
from homespun.engines.openvino.weights.safetensors_source import SUPPORTED as SAFETENSORS_TYPES
from homespun.models import supported

from .tiny_llama import (
    CHAT_TEMPLATE,
    HIDDEN,
    INTERMEDIATE,
    VOCAB,
    Array,
    tiny_weights,
    write_folder,
    write_gguf,
    write_safetensors,
)


def weights_of(checkpoint: Checkpoint) -> dict[str, Array]:
    return {name: checkpoint.tensor(name) for name in checkpoint.names()}


def assert_same(found: dict[str, Array], expected: dict[str, Array]) -> None:
    assert found.keys() == expected.keys()
    for name, values in expected.items():
        np.testing.assert_array_equal(found[name], values, err_msg=name)


@pytest.mark.parametrize("architecture", ["llama", "qwen2", "qwen3"])
def test_both_formats_give_the_same_model(tmp_path: Path, architecture: str) -> None:
    tensors = tiny_weights(architecture)
    folder = read_checkpoint(write_folder(tmp_path / "hf", tensors, model_type=architecture))
    file = read_checkpoint(write_gguf(tmp_path / "m.gguf", tensors, architecture=architecture))
    assert_same(weights_of(folder), tensors)
    assert_same(weights_of(file), tensors)
    # GGUF keeps small numbers in float32; a value that went through it is equal only to itself after rounding
    assert file.config.rms_eps == pytest.approx(folder.config.rms_eps)
    assert (file.config.architecture, file.config.attention_bias, file.config.qk_norm) == (
        Architecture(architecture),
        architecture == "qwen2",
        architecture == "qwen3",
    )
    assert file.config.rope_inverse_frequencies == folder.config.rope_inverse_frequencies
    assert (file.config.vocab, file.config.head_dim, file.config.context_tokens) == (VOCAB, 16, 512)


@pytest.mark.parametrize("tied", [True, False])
def test_knows_whether_the_head_is_the_embedding(tmp_path: Path, tied: bool) -> None:
    tensors = tiny_weights(tied=tied)
    for checkpoint in (
        read_checkpoint(write_folder(tmp_path / "hf", tensors, tie_word_embeddings=tied)),
        read_checkpoint(write_gguf(tmp_path / "m.gguf", tensors)),
    ):
        assert checkpoint.config.tie_embeddings is tied
        assert ("lm_head.weight" in checkpoint.names()) is not tied


def test_leaves_the_copy_of_a_tied_head_alone(tmp_path: Path) -> None:
    checkpoint = read_checkpoint(write_folder(tmp_path, tiny_weights(tied=False), tie_word_embeddings=True))
    assert "lm_head.weight" not in checkpoint.names()


def test_widens_bfloat16_exactly(tmp_path: Path) -> None:
    tensors = tiny_weights()
    truncated = {name: (values.view(np.uint32) & 0xFFFF0000).view(np.float32) for name, values in tensors.items()}
    assert_same(weights_of(read_checkpoint(write_folder(tmp_path, tensors, kind="BF16"))), truncated)


def test_widens_half_precision_exactly(tmp_path: Path) -> None:
    tensors = tiny_weights()
    rounded = {name: values.astype(np.float16).astype(np.float32) for name, values in tensors.items()}
    assert_same(weights_of(read_checkpoint(write_folder(tmp_path, tensors, kind="F16"))), rounded)


@pytest.mark.parametrize(
    ("kind", "worst"), [(Kind.F16, 2e-3), (Kind.BF16, 2e-2), (Kind.Q8_0, 0.02), (Kind.Q4_0, 0.6), (Kind.Q4_1, 0.25)]
)
def test_dequantises_to_about_what_was_quantised(tmp_path: Path, kind: Kind, worst: float) -> None:
    tensors = tiny_weights()
    checkpoint = read_checkpoint(write_gguf(tmp_path / "m.gguf", tensors, kind=kind))
    for name, values in tensors.items():
        assert np.abs(checkpoint.tensor(name) - values).max() < worst, name


def one_block_a_row(block: bytes) -> Array:
    """A matrix [HIDDEN, 256] whose rows are all this one block of 256 weights."""
    return np.tile(np.frombuffer(block, np.uint8), (HIDDEN, 1))


@pytest.mark.parametrize(
    ("kind", "block", "value"),
    [
        # scale 1, six-bit scales 1, mins 0, every weight 3
        (Kind.Q4_K, np.float16(1).tobytes() + bytes(2) + b"\1\1\1\1\0\0\0\0\1\1\1\1" + b"\x33" * 128, 3.0),
        # low and high bits 0 stand for -32; sixteen scales of 1, and a scale of 0.5 over all
        (Kind.Q6_K, bytes(128 + 64) + b"\1" * 16 + np.float16(0.5).tobytes(), -16.0),
    ],
)
def test_dequantises_blocks_of_256(tmp_path: Path, kind: Kind, block: bytes, value: float) -> None:
    assert INTERMEDIATE == 256
    name = "model.layers.0.mlp.down_proj.weight"
    tensors = tiny_weights()
    del tensors[name]
    raw = {"blk.0.ffn_down.weight": (one_block_a_row(block), kind)}
    checkpoint = read_checkpoint(write_gguf(tmp_path / "m.gguf", tensors, raw=raw))
    np.testing.assert_array_equal(checkpoint.tensor(name), np.full((HIDDEN, 256), value, np.float32))


def test_reads_weights_that_are_spread_over_several_files(tmp_path: Path) -> None:
    tensors = tiny_weights()
    write_folder(tmp_path, tensors)
    whole = (tmp_path / "model.safetensors").read_bytes()
    (tmp_path / "model.safetensors").unlink()
    names = sorted(tensors)
    weight_map: dict[str, str] = {}
    for number, part in enumerate((names[:5], names[5:])):
        file = f"model-0000{number}.safetensors"
        write_safetensors(tmp_path / file, {name: tensors[name] for name in part})
        weight_map |= dict.fromkeys(part, file)
    (tmp_path / "model.safetensors.index.json").write_text(json.dumps({"weight_map": weight_map}))
    (tmp_path / "not-in-the-index.safetensors").write_bytes(whole)
    assert_same(weights_of(read_checkpoint(tmp_path)), tensors)


def test_tensors_belong_to_the_caller_even_after_closing(tmp_path: Path) -> None:
    tensors = tiny_weights()
    for path in (write_folder(tmp_path / "hf", tensors), write_gguf(tmp_path / "m.gguf", tensors)):
        checkpoint = read_checkpoint(path)
        values = checkpoint.tensor("model.norm.weight")
        checkpoint.close()
        values *= 2
        np.testing.assert_array_equal(values, tensors["model.norm.weight"] * 2)


def test_the_digest_follows_the_weights(tmp_path: Path) -> None:
    tensors = tiny_weights()
    changed = tensors | {"model.norm.weight": tensors["model.norm.weight"] + 1}
    writers: tuple[Any, ...] = (
        lambda its: write_folder(tmp_path, its),
        lambda its: write_gguf(tmp_path / "m.gguf", its),
    )
    for write in writers:
        first = read_checkpoint(write(tensors)).digest
        assert read_checkpoint(write(changed)).digest != first
        assert read_checkpoint(write(tensors)).digest == first


def test_the_digest_of_a_folder_follows_its_config(tmp_path: Path) -> None:
    tensors = tiny_weights()
    digests = {read_checkpoint(write_folder(tmp_path, tensors, rope_theta=theta)).digest for theta in (1e4, 1e5)}
    assert len(digests) == 2


LLAMA_3_SCALING = {
    "rope_type": "llama3",
    "factor": 8.0,
    "low_freq_factor": 1.0,
    "high_freq_factor": 4.0,
    "original_max_position_embeddings": 256,
}


def test_slows_only_the_long_waves_of_llama_3(tmp_path: Path) -> None:
    tensors = tiny_weights()
    plain = read_checkpoint(write_folder(tmp_path / "a", tensors)).config.rope_inverse_frequencies
    scaled = read_checkpoint(
        write_folder(tmp_path / "b", tensors, rope_scaling=LLAMA_3_SCALING)
    ).config.rope_inverse_frequencies
    for before, after in zip(plain, scaled, strict=True):
        wave = 2 * math.pi / before
        if wave < 256 / 4:
            assert after == before
        elif wave > 256 / 1:
            assert after == pytest.approx(before / 8)
        else:
            assert before / 8 < after < before
    assert len({after == before for before, after in zip(plain, scaled, strict=True)}) == 2


def test_reads_the_base_of_the_rotation_where_newer_files_keep_it(tmp_path: Path) -> None:
    parameters = LLAMA_3_SCALING | {"rope_theta": 500_000.0}
    config = read_checkpoint(write_folder(tmp_path, tiny_weights(), rope_parameters=parameters)).config
    assert config.rope_theta == 500_000.0
    assert config.rope_inverse_frequencies[-1] == pytest.approx(500_000.0 ** (-14 / 16) / 8)


def test_scales_linearly_in_both_formats(tmp_path: Path) -> None:
    tensors = tiny_weights()
    linear = {"llama.rope.scaling.type": "linear", "llama.rope.scaling.factor": 4.0}
    for checkpoint in (
        read_checkpoint(write_folder(tmp_path, tensors, rope_scaling={"type": "linear", "factor": 4.0})),
        read_checkpoint(write_gguf(tmp_path / "m.gguf", tensors, fields=linear)),
    ):
        assert checkpoint.config.rope_inverse_frequencies[0] == 0.25


def test_divides_by_the_factors_that_gguf_keeps_for_llama_3(tmp_path: Path) -> None:
    factors = np.array([1, 1, 1, 1, 2, 4, 8, 8], np.float32)
    path = write_gguf(tmp_path / "m.gguf", tiny_weights(), raw={"rope_freqs.weight": (factors, Kind.F32)})
    speeds = read_checkpoint(path).config.rope_inverse_frequencies
    assert speeds == pytest.approx([10_000 ** (-place / 8) / factor for place, factor in enumerate(factors)])


def test_a_sliding_window_is_the_longest_context(tmp_path: Path) -> None:
    folder = write_folder(
        tmp_path, tiny_weights("qwen2"), model_type="qwen2", use_sliding_window=True, sliding_window=100
    )
    assert read_checkpoint(folder).config.context_tokens == 100


def test_finds_what_a_tokenizer_needs_in_both_formats(tmp_path: Path) -> None:
    tensors = tiny_weights()
    folder = read_checkpoint(
        write_folder(tmp_path / "hf", tensors, files={"generation_config.json": {"eos_token_id": [2, 3]}})
    ).tokenizer
    file = read_checkpoint(write_gguf(tmp_path / "m.gguf", tensors)).tokenizer
    assert isinstance(folder.vocabulary, TokenizerJson)
    assert isinstance(file.vocabulary, BytePairVocabulary)
    assert (folder.rows, file.rows) == (VOCAB, VOCAB)
    assert folder.chat_template == file.chat_template == CHAT_TEMPLATE
    assert folder.special_tokens["eos_token"] == file.special_tokens["eos_token"] == "<|im_end|>"
    assert folder.eos_token_ids == {2, 3, 262}
    assert file.eos_token_ids == {262}


def test_prefers_the_chat_template_that_has_a_file_of_its_own(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, tiny_weights())
    (folder / "chat_template.jinja").write_text("hello")
    assert read_checkpoint(folder).tokenizer.chat_template == "hello"


def test_takes_the_default_of_several_named_templates(tmp_path: Path) -> None:
    named = [{"name": "tool_use", "template": "tools"}, {"name": "default", "template": "plain"}]
    folder = write_folder(tmp_path, tiny_weights(), files={"tokenizer_config.json": {"chat_template": named}})
    assert read_checkpoint(folder).tokenizer.chat_template == "plain"


def test_what_the_puller_takes_for_readable_is_what_can_be_read() -> None:
    assert set(supported.ARCHITECTURES) == set(Architecture)
    assert set(supported.GGUF_TYPES) == {kind.name for kind in GGUF_TYPES}
    assert set(supported.SAFETENSORS_TYPES) == set(SAFETENSORS_TYPES)


def test_reads_the_default_model(default_model_gguf: Path) -> None:
    checkpoint = read_checkpoint(default_model_gguf)
    config = checkpoint.config
    assert (config.architecture, config.layers, config.hidden, config.vocab) == (Architecture.LLAMA, 30, 576, 49_152)
    assert (config.heads, config.kv_heads, config.head_dim, config.context_tokens) == (9, 3, 64, 8_192)
    assert config.tie_embeddings
    assert len(checkpoint.names()) == 272
    assert np.abs(checkpoint.tensor("model.layers.29.mlp.down_proj.weight")).max() < 10


def test_a_path_that_is_not_there_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(ModelUnreadable, match="No such file"):
        read_checkpoint(tmp_path / "none.gguf")
