"""The weights of a model in training as the base's, adapters merged in, without disturbing the training."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import torch
from peft import PeftModel
from peft.tuners.lora import LoraLayer

from homespun.engines.openvino.weights import read_checkpoint
from homespun.engines.openvino.weights.layout import expected_tensors
from homespun.learning.base_model import WEIGHTS, copy_description
from homespun.learning.safetensors_file import FloatArray, write_safetensors


def write_model(base: Path, model: Any, folder: Path) -> None:
    """Into an existing folder: the weights in the shape that engines read, with the base's tokenizer and template."""
    with closing(read_checkpoint(base)) as checkpoint:
        shapes = expected_tensors(checkpoint.config)
    copy_description(base, folder)
    write_safetensors(folder / WEIGHTS, shapes, _tensors(model, shapes))


def _tensors(model: Any, names: Mapping[str, Any]) -> Iterator[tuple[str, FloatArray]]:
    inner = model.get_base_model() if isinstance(model, PeftModel) else model
    adapted = {name: layer for name, layer in inner.named_modules() if isinstance(layer, LoraLayer)}
    weights = {name.replace(".base_layer.", "."): values for name, values in inner.state_dict().items()}
    for name in names:
        values = weights[name]
        layer = adapted.get(name.removesuffix(".weight"))
        if layer is not None:
            with torch.no_grad():
                values = values + layer.get_delta_weight("default")
        yield name, np.asarray(values.detach().to("cpu", torch.float32).numpy(), np.float32)
