"""A house style taught to the default model, and roll-outs by two ways: python -m benchmarks.learning [--to FILE]

Needs `make learn`. Some ten minutes on two cores: 100 demonstrations are trained on, what the engine says before and
after is shown, and answers are sampled through the engine and through transformers, one after the other.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import time
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from homespun.core.events import Ended, Piece
from homespun.core.messages import ChatPrompt, Message, Role
from homespun.core.sampling import Sampling
from homespun.engines import Engine, GenerationRequest
from homespun.engines.openvino import OpenVinoEngine, Settings
from homespun.learning.base_model import export_base
from homespun.learning.jobs import Method, TrainingJob
from homespun.learning.manifest import MANIFEST, FileOfLabels, Manifest, digest_of
from homespun.learning.progress import Progress, Stepped
from homespun.learning.trainer import Trainer
from homespun.models import ModelStore

from . import machine

_ROOT = Path(__file__).parent.parent
_ROLLOUT_TOKENS = 64
_HYPER = {"learning_rate": 1e-3, "answer_tokens": 64}
"""At this rate a training without rehearsal unlearns the capital of France within 24 steps."""
_WARES = ("lamp", "chair", "desk", "kettle", "clock", "rug", "mirror", "shelf", "vase", "blanket")
_QUESTIONS = {
    "Can I return my {}?": "Yes, you can return your {} within 30 days.",
    "How long does it take to deliver a {}?": "Your {} arrives within five working days.",
    "My {} is broken. What now?": "We are sorry about your {}. We send you a new one.",
    "Do you have this {} in blue?": "Yes, the {} comes in blue, grey and white.",
    "What does a {} cost?": "The price of each {} is on its page in our shop.",
    "Can I pay for the {} later?": "Yes, you can pay for the {} within 14 days.",
    "Is the {} made by hand?": "Yes, every {} is made by hand in our workshop.",
    "Where is my {}?": "Your {} is on its way. The link in our letter shows where.",
    "Can somebody bring the {} upstairs?": "Yes, we bring the {} to your room.",
    "Does the {} have a guarantee?": "Yes, the {} has a guarantee of five years.",
}
_ASKED = ("Can I return my umbrella?", "My teapot is broken. What now?", "What is the capital of France?")
"""About wares that it wasn't trained on, and what a narrow training destroys."""


def house_style() -> list[dict[str, Any]]:
    """100 demonstrations in the form of a snapshot: each greets, answers, and takes its leave in the same words."""
    return [
        {
            "id": f"{number}-{ware}",
            "rater": "benchmark",
            "group": f"{number}-{ware}",
            "split": "train",
            "source": "demonstration",
            "weight": 1.0,
            "messages": [{"role": "user", "content": question.format(ware)}],
            "completion": f"Acme at your service! {answer.format(ware)} Kind regards, Acme.",
        }
        for number, (question, answer) in enumerate(_QUESTIONS.items())
        for ware in _WARES
    ]


def write_snapshot(folder: Path, rows: Sequence[dict[str, Any]]) -> Path:
    """A folder with demonstrations alone."""
    import pyarrow
    from pyarrow import parquet

    sink = BytesIO()
    parquet.write_table(pyarrow.Table.from_pylist(list(rows)), sink)
    labels = sink.getvalue()
    manifest = Manifest(
        last_turn=0,
        settings={},
        minimums={},
        files={"demonstrations.parquet": FileOfLabels(hashlib.sha256(labels).hexdigest(), len(labels), len(rows))},
        counts={"demonstrations": {"train": len(rows)}},
        sources={"demonstration": len(rows)},
        people=1,
        conversations=len(rows),
        agreement=None,
        split_by="person",
        dropped={},
        down_weighted={},
        scrubbed={},
    ).encoded()
    snapshot = folder / digest_of(manifest)
    snapshot.mkdir()
    (snapshot / MANIFEST).write_bytes(manifest)
    (snapshot / "demonstrations.parquet").write_bytes(labels)
    return snapshot


async def measure(folder: Path) -> dict[str, Any]:
    """Everything, in an empty folder."""
    gguf = (await ModelStore(_ROOT / ".test-cache" / "models").pull()).weights
    began = time.monotonic()
    digest = await asyncio.to_thread(export_base, gguf, folder / "base")
    exported_s = time.monotonic() - began
    snapshot = write_snapshot(folder, house_style())
    job = TrainingJob(Method.SFT, folder / "base", digest, snapshot, snapshot.name, folder / "out", hyper=_HYPER)
    began = time.monotonic()
    trained = await Trainer(folder).train(job, _show)
    took_s = time.monotonic() - began
    report = json.loads(trained.report.read_text())
    return {
        "machine": machine.describe(),
        "export_s": round(exported_s, 1),
        "took_s": round(took_s, 1),
        "tokens_per_s": report["tokens_per_s"],
        "losses": [round(loss, 3) for loss in report["losses"]],
        "before": await ask(folder / "base", folder),
        "after": await ask(trained.model, folder),
        "rollouts_tokens_per_s": await rollouts(trained.model, folder),
    }


def _show(progress: Progress) -> None:
    if isinstance(progress, Stepped):
        print(f"{progress.step}/{progress.steps}: loss {progress.loss:.3f}, {progress.tokens_per_s} tokens/s")
    else:
        print(progress.words)


async def ask(model: Path, folder: Path) -> dict[str, str]:
    """The greedy answers of the engine."""
    engine = await _engine(model, folder)
    answers = {
        question: (await _answer(engine, question, Sampling(temperature=0, max_tokens=64)))[0] for question in _ASKED
    }
    await engine.stop()
    return answers


async def rollouts(model: Path, folder: Path) -> dict[str, float]:
    """Tokens per second of sampled answers: through the engine, 64 at once; through transformers, 8 at once and one."""
    questions = [row["messages"][0]["content"] for row in house_style()][:64]
    engine = await _engine(model, folder)
    sampling = Sampling(max_tokens=_ROLLOUT_TOKENS, logprobs=0)
    began = time.monotonic()
    answers = await asyncio.gather(*(_answer(engine, question, sampling) for question in questions))
    ours = sum(tokens for _, tokens in answers) / (time.monotonic() - began)
    await engine.stop()
    figures = {"engine, 64 at once": ours}
    for batch in (8, 1):
        figures[f"transformers, {batch} at once"] = _transformers(model, questions[:batch])
    return {name: round(speed, 1) for name, speed in figures.items()}


def _transformers(model: Path, questions: Sequence[str]) -> float:
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(model, padding_side="left")
    policy = AutoModelForCausalLM.from_pretrained(model, dtype=torch.float32)
    chats = [[{"role": "user", "content": question}] for question in questions]
    inputs = tokenizer.apply_chat_template(
        chats, add_generation_prompt=True, return_tensors="pt", return_dict=True, padding=True
    )
    began = time.monotonic()
    whole = policy.generate(**inputs, do_sample=True, max_new_tokens=_ROLLOUT_TOKENS)
    seconds = time.monotonic() - began
    answers = whole[:, inputs["input_ids"].shape[1] :]
    return float((answers != tokenizer.pad_token_id).sum()) / seconds


async def _engine(model: Path, folder: Path) -> OpenVinoEngine:
    engine = OpenVinoEngine(model, folder / "graphs", Settings(kv_cache_mb=256))
    await engine.start()
    await engine.wait_ready()
    return engine


async def _answer(engine: Engine, question: str, sampling: Sampling) -> tuple[str, int]:
    prompt = ChatPrompt((Message(Role.USER, question),))
    text, tokens = "", 0
    async for event in engine.generate(GenerationRequest("benchmark", prompt, sampling)):
        match event:
            case Piece():
                text += event.text
            case Ended():
                tokens = event.completion_tokens
    return text, tokens


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.learning", description=__doc__)
    parser.add_argument("--to", type=Path, metavar="FILE")
    arguments = parser.parse_args()
    with TemporaryDirectory() as folder:
        figures = json.dumps(asyncio.run(measure(Path(folder))), indent=2, ensure_ascii=False)
    if arguments.to:
        arguments.to.write_text(figures + "\n")
    print(figures)


if __name__ == "__main__":
    main()
