"""The tensors of a GGUF file, with Hugging Face's names and layouts."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import numpy.typing as npt
from gguf.constants import GGMLQuantizationType
from gguf.quants import dequantize

from homespun.core.errors import ModelUnreadable

from .checkpoint import FloatArray
from .gguf_header import TensorPlace

_Q = GGMLQuantizationType
ROPE_FACTORS = "rope_freqs.weight"
"""What the rotary frequencies are divided by, where each has a divisor of its own."""
SUPPORTED = (_Q.Q4_0, _Q.Q4_1, _Q.Q4_K, _Q.Q6_K, _Q.Q8_0, _Q.F16, _Q.F32, _Q.BF16)

_OUTER = {
    "token_embd.weight": "model.embed_tokens.weight",
    "output_norm.weight": "model.norm.weight",
    "output.weight": "lm_head.weight",
}
_IN_A_LAYER = {
    "attn_norm": "input_layernorm",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "attn_q_norm": "self_attn.q_norm",
    "attn_k_norm": "self_attn.k_norm",
    "ffn_norm": "post_attention_layernorm",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}


def hugging_face_name(name: str) -> str:
    """Hugging Face's name for one of GGUF's; a name that has no counterpart comes back as it is."""
    match name.split("."):
        case ["blk", layer, part, kind] if part in _IN_A_LAYER:
            return f"model.layers.{layer}.{_IN_A_LAYER[part]}.{kind}"
    return _OUTER.get(name, name)


def gguf_name(name: str) -> str:
    """The counterpart of `hugging_face_name`. Raises `KeyError` for a tensor that isn't of the llama family."""
    match name.split("."):
        case ["model", "layers", layer, *part, kind]:
            parts = {theirs: ours for ours, theirs in _IN_A_LAYER.items()}
            return f"blk.{layer}.{parts['.'.join(part)]}.{kind}"
    return {theirs: ours for ours, theirs in _OUTER.items()}[name]


class GgufSource:
    """A `TensorSource` over one file, mapped into memory and dequantised tensor by tensor.

    `heads_to_unpermute`: from the end of a name to how many heads it has. llama.cpp stores q_proj and k_proj of llama
    models with the rows of each head interleaved (0, d/2, 1, d/2+1, ...), because it turns neighbours, not halves.
    """

    def __init__(self, path: Path, tensors: tuple[TensorPlace, ...], *, heads_to_unpermute: dict[str, int]) -> None:
        for tensor in tensors:
            _check_supported(tensor)
        self._path = path
        self._places = {hugging_face_name(tensor.name): tensor for tensor in tensors}
        if len(self._places) < len(tensors):
            raise ModelUnreadable(f"{path.name} has two tensors of the same name: it is damaged.")
        self._heads = heads_to_unpermute
        self._data: npt.NDArray[np.uint8] | None = np.memmap(path, np.uint8, mode="r")

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """See `TensorSource`."""
        return {name: place.shape for name, place in self._places.items()}

    def read(self, name: str) -> FloatArray:
        """See `TensorSource`."""
        assert self._data is not None, "closed"
        place = self._places[name]
        raw = self._data[place.start : place.start + place.size]
        values = _dequantised(raw, place)
        heads = next((heads for ending, heads in self._heads.items() if name.endswith(ending)), None)
        return values if heads is None else unpermuted(values, heads)

    def digest(self) -> str:
        """See `TensorSource`."""
        with self._path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def close(self) -> None:
        """See `TensorSource`."""
        self._data = None


def _check_supported(tensor: TensorPlace) -> None:
    if tensor.kind not in SUPPORTED:
        raise ModelUnreadable(
            f"The tensor {tensor.name} is written as {tensor.kind.name}, which isn't supported; "
            f"{', '.join(kind.name for kind in SUPPORTED)} are. Take a file with another quantisation."
        )


def _dequantised(raw: npt.NDArray[np.uint8], place: TensorPlace) -> FloatArray:
    rows = raw.reshape(*place.shape[:-1], -1)
    with np.errstate(all="ignore"):
        values = dequantize(rows, place.kind)
    return np.array(values, np.float32, order="C").reshape(place.shape)


def unpermuted(values: FloatArray, heads: int) -> FloatArray:
    """Rows of each head back from neighbours (0, d/2, 1, d/2+1, ...) to halves (0, 1, ..., d/2, ...)."""
    in_pairs = values.reshape(heads, -1, 2, *values.shape[1:])
    return np.ascontiguousarray(in_pairs.swapaxes(1, 2)).reshape(values.shape)


def permuted(values: FloatArray, heads: int) -> FloatArray:
    """The way to a GGUF file: what `unpermuted` takes back."""
    in_halves = values.reshape(heads, 2, -1, *values.shape[1:])
    return np.ascontiguousarray(in_halves.swapaxes(1, 2)).reshape(values.shape)
