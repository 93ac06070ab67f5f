"""The compiled graph and its cache memory: loads or builds it, and runs one batch.

A graph is built from the weights once, saved beside them in the cache folder, and read from there afterwards. The
saved graph is keyed by the weights' digest, so that it can't outlive them. This module must not know requests.
"""

from __future__ import annotations

import logging
import math
import os
import shutil
from pathlib import Path

import numpy as np
import numpy.typing as npt
import openvino as ov

from .batch import Batch
from .graph import INTEGER_INPUTS, annotate_attention, build_model
from .settings import Settings
from .weights import Checkpoint, ModelConfig

log = logging.getLogger(__name__)

_GRAPH_VERSION = 3
"""Part of the cache key; raise it when `graph.py` or `quantize.py` changes what they build."""


class Runtime:
    """A model that is ready to calculate. Its key/value blocks live as long as it does."""

    def __init__(self, model: ov.Model, config: ModelConfig, settings: Settings) -> None:
        annotate_attention(model, config)
        compiled = _core().compile_model(model, "CPU", _plugin_properties(config, settings))
        self._request = compiled.create_infer_request()
        self._inputs: dict[str, npt.NDArray[np.generic]] = {}
        """What the graph reads its integers from, by name; kept alive here, for the graph shares their memory."""
        caches = {name: port for port in compiled.inputs if "_cache." in (name := port.get_any_name())}
        shapes = {
            name: [size.get_length() for size in list(port.get_partial_shape())[1:]] for name, port in caches.items()
        }
        types = {name: port.get_element_type() for name, port in caches.items()}
        self.vocab = config.vocab
        self.block_size = shapes["value_cache.0"][1]
        """Tokens that one block holds."""
        block_bytes = sum(int(np.prod(shapes[name])) * types[name].size for name in caches)
        self.blocks = max(settings.kv_cache_mb * 2**20 // block_bytes, 1)
        """How many blocks there are."""
        tensors = {name: ov.Tensor(types[name], ov.Shape([self.blocks, *shapes[name]])) for name in caches}
        for name, tensor in tensors.items():
            self._request.set_tensor(name, tensor)
        self._caches = [tensor.data for tensor in tensors.values()]
        """The cells of each layer's keys and values [blocks, heads, tokens, bytes]."""

    @classmethod
    def load(cls, checkpoint: Checkpoint, settings: Settings, cache_dir: Path) -> Runtime:
        """Reads the saved graph of these weights; where there is none that can be read, builds and saves it."""
        saved = cache_dir / f"{checkpoint.digest[:32]}-{settings.precision}-v{_GRAPH_VERSION}"
        model = _read(saved)
        if model is None:
            model = build_model(checkpoint, settings.precision)
            _save(model, saved)
        return cls(model, checkpoint.config, settings)

    def run(self, batch: Batch) -> npt.NDArray[np.float32]:
        """Logits [wanted rows, vocabulary] of a batch; they are overwritten by the next run."""
        for source, target in batch.copies:
            for cache in self._caches:
                cache[target] = cache[source]
        # At the end comes an empty span, since the plugin adds up attention for a single one in another order than for
        # several; an answer would depend, in its last bits, on whether there are guesses or neighbours.
        inputs: dict[str, list[int] | int] = {
            "input_ids": batch.tokens,
            "position_ids": batch.positions,
            "past_lens": [*batch.past_lens, 0],
            "subsequence_begins": [*batch.begins, batch.begins[-1]],
            "block_indices": batch.blocks,
            "block_indices_begins": [*batch.block_begins, batch.block_begins[-1]],
            "max_context_len": batch.longest,
            "sampled_rows": batch.wanted_rows,
        }
        for name, type_ in INTEGER_INPUTS.items():
            self._set(name, np.array(inputs[name], type_))
        self._request.infer(share_outputs=True)  # otherwise it copies all logits, for nobody
        logits: npt.NDArray[np.float32] = self._request.get_output_tensor(0).data
        return logits

    def _set(self, name: str, values: npt.NDArray[np.generic]) -> None:
        """Writes into the array that is there already if it has the shape; a new tensor costs some 8 microseconds."""
        kept = self._inputs.get(name)
        if kept is not None and kept.shape == values.shape:
            kept[...] = values
        else:
            self._inputs[name] = values
            self._request.set_tensor(name, ov.Tensor(values, shared_memory=True))


def _core() -> ov.Core:
    """A core with the CPU plugin loaded: only then can it read the paged-attention operator of a saved graph."""
    core = ov.Core()
    core.get_property("CPU", "FULL_DEVICE_NAME")
    return core


def _plugin_properties(config: ModelConfig, settings: Settings) -> dict[str, object]:
    properties: dict[str, object] = {
        "PERFORMANCE_HINT": "LATENCY",
        "INFERENCE_PRECISION_HINT": settings.inference_precision,
        "DYNAMIC_QUANTIZATION_GROUP_SIZE": _activation_group(config),
        # By token, what is in a cell depends on nothing but its token; by channel, on what else came into its block.
        "KEY_CACHE_QUANT_MODE": "BY_TOKEN",
    }
    if settings.threads:
        properties["INFERENCE_NUM_THREADS"] = settings.threads
    return properties


def _activation_group(config: ModelConfig) -> int:
    """How many activations share a scale: the largest divisor, up to 256, of all widths that enter a product."""
    widths = math.gcd(config.hidden, config.intermediate, config.heads * config.head_dim)
    return next((size for size in range(256, 31, -32) if widths % size == 0), 0)


def _read(folder: Path) -> ov.Model | None:
    """The graph in a folder; None if there is none, or a damaged one, which is removed."""
    if not folder.is_dir():
        return None
    try:
        return _core().read_model(folder / "model.xml")
    except RuntimeError as error:
        log.warning("The saved graph in %s is damaged and is built again: %s", folder, error)
        shutil.rmtree(folder, ignore_errors=True)
        return None


def _save(model: ov.Model, folder: Path) -> None:
    """Writes to a folder beside and renames it, so that a half-written graph is never read.

    A graph that can't be saved, on a full disk say, serves all the same; it is built again next time.
    """
    unfinished = folder.parent / f".building-{os.getpid()}"
    try:
        unfinished.mkdir(parents=True)
        ov.save_model(model, unfinished / "model.xml", compress_to_fp16=False)
        os.replace(unfinished, folder)
    except (OSError, RuntimeError) as error:
        log.warning("The graph can't be saved in %s: %s", folder, error)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
