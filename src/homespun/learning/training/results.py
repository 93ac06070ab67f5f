"""What a training leaves behind: the merged model as the engine reads it, the adapter, and a report."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

import torch

from homespun.learning.base_model import beside
from homespun.learning.disk import write_durably
from homespun.learning.jobs import Adapter, Method, TrainingJob

from .greedy import write_greedy
from .merging import write_model

REPORT = "training.json"
_PACKAGES = ("torch", "transformers", "trl", "peft", "accelerate", "datasets", "numpy")


def write_results(job: TrainingJob, trainer: Any, report: Mapping[str, Any]) -> None:
    """Each is there whole or not at all, the model last."""
    model = trainer.accelerator.unwrap_model(trainer.model)
    if job.adapter is Adapter.LORA:
        with beside(job.out / "adapter") as folder:
            model.save_pretrained(folder)
    told = json.dumps({**report, **_circumstances(job)}, indent=2, sort_keys=True)
    write_durably(job.out / REPORT, f"{told}\n".encode())
    if job.method is not Method.REWARD:
        write_greedy(job.base, model, job.out)
    with beside(job.out / "model") as folder:
        if job.method is Method.REWARD:
            trainer.processing_class.save_pretrained(folder)
            (model.merge_and_unload() if job.adapter is Adapter.LORA else model).save_pretrained(folder)
        else:
            write_model(job.base, model, folder)


def _circumstances(job: TrainingJob) -> dict[str, Any]:
    return {
        "method": job.method,
        "base_digest": job.base_digest,
        "snapshot_digest": job.snapshot_digest,
        "seed": job.seed,
        "device": torch.cuda.get_device_name() if torch.cuda.is_available() else platform.machine(),
        "versions": {name: version(name) for name in _PACKAGES},
    }
