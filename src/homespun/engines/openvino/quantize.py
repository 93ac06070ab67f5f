"""Weights as compressed constants of an OpenVINO graph: int8 per channel, or int4 in groups.

The CPU plugin recognises `convert -> multiply -> (reshape) -> convert` before a matrix product and keeps the weights
compressed in memory, multiplying in int8 with activations that it quantises on the way. This module must not know
what the weights are for.
"""

from __future__ import annotations

from enum import StrEnum

import numpy as np
import numpy.typing as npt
import openvino as ov
import openvino.opset13 as op

_GROUP = 64
"""Inputs that share one scale at int4. Larger groups are faster and coarser."""


class Precision(StrEnum):
    """How weights are kept."""

    INT8 = "int8"
    """One scale per output channel; hardly distinguishable from the original."""
    INT4 = "int4"
    """One scale per 64 inputs; half the memory, some loss."""


def compressed(weight: npt.NDArray[np.float32], precision: Precision) -> ov.Output:
    """A float32 output [outputs, inputs] whose constant is stored compressed.

    int4 wants a multiple of 64 inputs; other widths fall back to int8.
    """
    if precision is Precision.INT4 and weight.shape[1] % _GROUP == 0:
        return _int4_per_group(weight)
    return _int8_per_channel(weight)


def _int8_per_channel(weight: npt.NDArray[np.float32]) -> ov.Output:
    scale = _nonzero(np.abs(weight).max(axis=1, keepdims=True) / np.float32(127))
    quantised = np.clip(np.rint(weight / scale), -127, 127).astype(np.int8)
    return op.convert(_rescaled(op.constant(quantised), scale), "f32").output(0)


def _int4_per_group(weight: npt.NDArray[np.float32]) -> ov.Output:
    outputs, inputs = weight.shape
    groups = weight.reshape(outputs, inputs // _GROUP, _GROUP)
    extreme = np.take_along_axis(groups, np.abs(groups).argmax(axis=2, keepdims=True), axis=2)
    # The largest weight of a group takes -8, the end of the int4 range that has no counterpart.
    scale = _nonzero(extreme / np.float32(-8))
    quantised = np.clip(np.rint(groups / scale), -8, 7).astype(np.int8).reshape(-1) & 0xF
    packed = (quantised[0::2] | quantised[1::2] << 4).astype(np.uint8)
    # A tensor that owns its memory: one made over an array shares it, and the graph turns to nonsense when it goes.
    tensor = ov.Tensor(ov.Type.i4, ov.Shape(groups.shape))
    tensor.data.view(np.uint8)[...] = packed
    joined = op.reshape(_rescaled(op.constant(tensor), scale), np.array([outputs, inputs]), special_zero=False)
    return op.convert(joined, "f32").output(0)


def _rescaled(constant: ov.Node, scale: npt.NDArray[np.float32]) -> ov.Node:
    return op.multiply(op.convert(constant, "f16"), op.constant(scale.astype(np.float16)))


def _nonzero(scale: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Half floats end at 6e-8; a group of zeros, or nearly so, gets a scale of one."""
    scale[np.abs(scale) < 1e-7] = 1
    return scale
