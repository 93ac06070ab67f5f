"""What a training leaves behind: the merged model as the engine reads it, the adapter, and a report."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterator, Mapping
from contextlib import closing
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import torch

from homespun.engines.openvino.weights import read_checkpoint
from homespun.engines.openvino.weights.layout import expected_tensors
from homespun.learning.base_model import WEIGHTS, beside, copy_description
from homespun.learning.jobs import Adapter, Method, TrainingJob
from homespun.learning.safetensors_file import FloatArray, write_safetensors

REPORT = "training.json"
_PACKAGES = ("torch", "transformers", "trl", "peft", "accelerate", "datasets", "numpy")


def write_results(job: TrainingJob, trainer: Any, report: Mapping[str, Any]) -> None:
    """Each is there whole or not at all, the model last."""
    model = trainer.accelerator.unwrap_model(trainer.model)
    if job.adapter is Adapter.LORA:
        with beside(job.out / "adapter") as folder:
            model.save_pretrained(folder)
        model = model.merge_and_unload()
    write_report(job.out / REPORT, {**report, **_circumstances(job)})
    with beside(job.out / "model") as folder:
        if job.method is Method.REWARD:
            trainer.processing_class.save_pretrained(folder)
            model.save_pretrained(folder)
        else:
            write_model(job.base, model, folder)


def write_model(base: Path, model: Any, folder: Path) -> None:
    """The weights in the shape that engines read, with the base's tokenizer and template."""
    with closing(read_checkpoint(base)) as checkpoint:
        shapes = expected_tensors(checkpoint.config)
    copy_description(base, folder)
    write_safetensors(folder / WEIGHTS, shapes, _tensors(model.state_dict(), shapes))


def _tensors(weights: Mapping[str, torch.Tensor], names: Mapping[str, Any]) -> Iterator[tuple[str, FloatArray]]:
    for name in names:
        yield name, np.asarray(weights[name].detach().to("cpu", torch.float32).numpy(), np.float32)


def write_report(path: Path, report: Mapping[str, Any]) -> None:
    """Beside first, then under its name."""
    unfinished = path.with_suffix(".unfinished")
    unfinished.write_text(json.dumps(report, indent=2, sort_keys=True) + "\n")
    unfinished.rename(path)


def _circumstances(job: TrainingJob) -> dict[str, Any]:
    return {
        "method": job.method,
        "base_digest": job.base_digest,
        "snapshot_digest": job.snapshot_digest,
        "seed": job.seed,
        "device": torch.cuda.get_device_name() if torch.cuda.is_available() else platform.machine(),
        "versions": {name: version(name) for name in _PACKAGES},
    }
