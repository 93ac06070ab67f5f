"""The store lets in what the engine can read. Siblings may not import each other, so a test compares them."""

from __future__ import annotations

from gguf.constants import GGML_QUANT_SIZES, GGMLQuantizationType

from homespun.engines.openvino.weights import Architecture, gguf_source, safetensors_source
from homespun.models.supported import ARCHITECTURES, GGUF_TYPES, SAFETENSORS_TYPES


def test_the_engine_reads_the_same_architectures() -> None:
    assert set(ARCHITECTURES) == {architecture.value for architecture in Architecture}


def test_the_engine_reads_the_same_tensor_types() -> None:
    assert set(GGUF_TYPES) == {kind.name for kind in gguf_source.SUPPORTED}
    assert SAFETENSORS_TYPES == safetensors_source.SUPPORTED


def test_blocks_are_as_large_as_the_format_says() -> None:
    for name, (number, weights, size_bytes) in GGUF_TYPES.items():
        kind = GGMLQuantizationType(number)
        assert kind.name == name
        assert GGML_QUANT_SIZES[kind] == (weights, size_bytes)
