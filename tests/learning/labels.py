"""A snapshot of labels, and a model small enough to be trained in a test."""

from __future__ import annotations

import hashlib
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from homespun.learning.base_model import export_base
from homespun.learning.jobs import Method, TrainingJob
from homespun.learning.manifest import MANIFEST, FileOfLabels, Manifest, digest_of
from tests.engines.openvino.tiny_llama import tiny_weights, write_gguf

Rows = list[dict[str, Any]]
QUICK = {"replay": 0.0, "epochs": 2, "batch_size": 4, "micro_batch_size": 2, "save_steps": 3, "learning_rate": 1e-2}
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def tiny_base(folder: Path) -> tuple[Path, str]:
    """A base of some 100,000 weights that knows nothing, and its digest."""
    rng = np.random.default_rng(3)
    weights = {
        name: np.ones_like(values) if values.ndim == 1 else 0.05 * rng.standard_normal(values.shape, np.float32)
        for name, values in tiny_weights().items()
    }
    return folder / "base", export_base(write_gguf(folder / "tiny.gguf", weights), folder / "base")


def write_snapshot(folder: Path, **kinds: Rows) -> tuple[Path, str]:
    """A folder as the curation makes one, and its digest."""
    import pyarrow
    from pyarrow import parquet

    written: dict[str, bytes] = {}
    for kind, rows in kinds.items():
        sink = BytesIO()
        parquet.write_table(pyarrow.Table.from_pylist(rows), sink)
        written[f"{kind}.parquet"] = sink.getvalue()
    manifest = _manifest(written).encoded()
    snapshot = folder / digest_of(manifest)
    snapshot.mkdir(parents=True)
    for name, content in {MANIFEST: manifest, **written}.items():
        (snapshot / name).write_bytes(content)
    return snapshot, snapshot.name


def _manifest(written: dict[str, bytes]) -> Manifest:
    return Manifest(
        last_turn=1,
        settings={},
        minimums={},
        files={name: FileOfLabels(hashlib.sha256(it).hexdigest(), len(it), 1) for name, it in written.items()},
        counts={},
        sources={},
        people=1,
        conversations=1,
        agreement=None,
        split_by="person",
        dropped={},
        down_weighted={},
        scrubbed={},
    )


def row(number: int, *, split: str = "train", weight: float = 1.0, **said: Any) -> dict[str, Any]:
    """One label about a question of its own."""
    messages = [{"role": "user", "content": f"say {LETTERS[number % 26]} {number}"}]
    names = {"id": f"label_{number}", "rater": "r", "group": "g", "source": "edit"}
    return names | {"split": split, "weight": weight, "messages": messages} | said


def demonstrations(count: int, **said: Any) -> Rows:
    return [row(number, completion=LETTERS[number % 26] * 4, **said) for number in range(count)]


def pairs(count: int) -> Rows:
    return [row(n, chosen=LETTERS[n % 26] * 4, rejected=f"no {n}") for n in range(count)]


def thumbs(count: int) -> Rows:
    return [row(n, completion=LETTERS[n % 26] * 4 if n % 2 else f"no {n}", is_good=bool(n % 2)) for n in range(count)]


LABELS = {
    Method.SFT: {"demonstrations": demonstrations(10)},
    Method.DPO: {"pairs": pairs(10)},
    Method.KTO: {"thumbs": thumbs(10)},
    Method.REWARD: {"pairs": pairs(10)},
}


def tiny_job(
    folder: Path, method: Method = Method.SFT, labels: dict[str, Rows] | None = None, **changes: Any
) -> TrainingJob:
    """A job of five steps or so."""
    folder.mkdir(exist_ok=True)
    base, base_digest = tiny_base(folder)
    snapshot, snapshot_digest = write_snapshot(folder, **(labels or LABELS[method]))
    hyper = QUICK | changes.pop("hyper", {})
    out = folder / "out"
    return TrainingJob(method, base, base_digest, snapshot, snapshot_digest, out, hyper=hyper, **changes)
