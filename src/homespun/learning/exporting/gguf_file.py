"""A model as one GGUF file, laid out as llama.cpp's own converter does. Format: github.com/ggml-org/ggml, docs/gguf.md.

The counterpart of `engines/openvino/weights/gguf_source.py`. Tensors are read, turned and written one at a time, so
that a model is never in memory whole. The same model makes the same bytes.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from gguf import GGUFWriter
from gguf.constants import GGML_QUANT_SIZES, GGUF_DEFAULT_ALIGNMENT, GGMLQuantizationType, LlamaFileType
from gguf.quants import quantize

from homespun.core.errors import ModelUnreadable
from homespun.engines.openvino.weights import Architecture, Checkpoint, ModelConfig
from homespun.engines.openvino.weights.gguf_source import ROPE_FACTORS, gguf_name, permuted
from homespun.engines.openvino.weights.layout import expected_tensors
from homespun.learning.safetensors_file import FloatArray

from .gguf_metadata import gguf_metadata, rope_divisors

_Q = GGMLQuantizationType


class WeightType(StrEnum):
    """How a GGUF file holds the numbers of a matrix. Vectors, which are few, are always float32."""

    F16 = "f16"
    """Half precision: 16 bits a weight."""
    Q8_0 = "q8_0"
    """Whole numbers of 8 bits, 32 of them with one scale: 8.5 bits a weight."""


_KINDS = {WeightType.F16: _Q.F16, WeightType.Q8_0: _Q.Q8_0}
_FILE_TYPES = {WeightType.F16: LlamaFileType.MOSTLY_F16, WeightType.Q8_0: LlamaFileType.MOSTLY_Q8_0}


@dataclass(frozen=True, slots=True)
class _Tensor:
    source: str
    """Its name in the checkpoint."""
    name: str
    shape: tuple[int, ...]
    kind: GGMLQuantizationType

    @property
    def size_bytes(self) -> int:
        per_block, block_bytes = GGML_QUANT_SIZES[self.kind]
        return int(prod(self.shape) // per_block * block_bytes)


def gguf_size_bytes(config: ModelConfig, kind: WeightType) -> int:
    """Of all tensors together; the metadata is small beside them."""
    return sum(tensor.size_bytes for tensor in _tensors(config, kind))


def write_gguf(
    path: Path, model: Checkpoint, kind: WeightType, about: Mapping[str, str], on_written: Callable[[int], None]
) -> None:
    """Writes the file and sees that it is on the disk. `about`: what else its metadata is to say of itself.

    Raises `ModelUnreadable` for what GGUF can't tell: a tokenizer that isn't byte-level, weights that are too large.
    """
    tensors = [*_tensors(model.config, kind)]
    file_type = {"general.file_type": int(_FILE_TYPES[kind]), "general.quantization_version": 2}
    _write_header(path, model.config.architecture, gguf_metadata(model) | file_type | dict(about), tensors)
    # The library would write them by numpy's `tofile`, which doesn't tell a full disk from other errors.
    with path.open("ab") as file:
        for tensor in tensors:
            _fill_up(file)
            file.write(_data(model, tensor))
            on_written(tensor.size_bytes)
        _fill_up(file)
        file.flush()
        os.fsync(file.fileno())


def _write_header(path: Path, architecture: Architecture, fields: Mapping[str, Any], tensors: list[_Tensor]) -> None:
    writer = GGUFWriter(None, str(architecture))
    for name, value in fields.items():
        _add(writer, name, value)
    for tensor in tensors:
        writer.add_tensor_info(
            tensor.name, tensor.shape, np.dtype(np.float32), tensor.size_bytes, raw_dtype=tensor.kind
        )
    try:
        writer.write_header_to_file(path)
        writer.write_kv_data_to_file()
        writer.write_ti_data_to_file()
    finally:
        writer.close()


def _add(writer: GGUFWriter, name: str, value: Any) -> None:
    match value:
        case bool():
            writer.add_bool(name, value)
        case int():
            writer.add_uint32(name, value)
        case float():
            writer.add_float32(name, value)
        case str():
            writer.add_string(name, value)
        case _:
            writer.add_array(name, value)


def _tensors(config: ModelConfig, kind: WeightType) -> Iterator[_Tensor]:
    for name, shape in expected_tensors(config).items():
        yield _Tensor(name, gguf_name(name), shape, _kind(shape, kind))
    if rope_divisors(config) is not None:
        yield _Tensor(ROPE_FACTORS, ROPE_FACTORS, (config.head_dim // 2,), _Q.F32)


def _kind(shape: tuple[int, ...], wanted: WeightType) -> GGMLQuantizationType:
    """Rows that aren't whole blocks stay in half precision."""
    if len(shape) == 1:
        return _Q.F32
    per_block, _ = GGML_QUANT_SIZES[_KINDS[wanted]]
    return _Q.F16 if shape[-1] % per_block else _KINDS[wanted]


def _data(model: Checkpoint, tensor: _Tensor) -> memoryview:
    try:
        with np.errstate(over="raise"):
            values: npt.NDArray[Any] = quantize(_placed(model, tensor.source), tensor.kind)
    except FloatingPointError:
        raise ModelUnreadable(
            f"The tensor {tensor.source} holds numbers that are too large for {tensor.kind.name}. Export it as hf."
        ) from None
    return np.ascontiguousarray(values).data.cast("B")


def _placed(model: Checkpoint, name: str) -> FloatArray:
    """A tensor with its rows in the order that llama.cpp has them in: see `permuted`."""
    config = model.config
    if name == ROPE_FACTORS:
        return np.asarray(rope_divisors(config), np.float32)
    values = model.tensor(name)
    if config.architecture is not Architecture.LLAMA:
        return values
    heads = {"q_proj": config.heads, "k_proj": config.kv_heads}
    part = name.split(".")[-2]
    return permuted(values, heads[part]) if part in heads else values


def _fill_up(file: Any) -> None:
    """Each tensor begins where the format wants it to."""
    file.write(bytes(-file.tell() % GGUF_DEFAULT_ALIGNMENT))
