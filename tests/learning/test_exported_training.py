"""A trained model, exported, says in another program what it said in training."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from homespun.learning.examination import GREEDY
from homespun.learning.exporting import Format, Source, WeightType, export_release
from homespun.learning.replay import general_questions
from homespun.learning.trainer import Trainer
from homespun.releases import Release, ReleaseState

from .labels import tiny_job

pytestmark = [
    pytest.mark.skipif(find_spec("trl") is None, reason="no PyTorch: `make learn` installs what training needs"),
    pytest.mark.timeout(600),
]

LOADED_BY_TRANSFORMERS = """
import json, sys, torch
from transformers import AutoModelForCausalLM
folder, gguf, said = sys.argv[1:]
model = AutoModelForCausalLM.from_pretrained(folder, gguf_file=gguf or None, dtype=torch.float32)
answers = []
for each in json.load(open(said)):
    given = torch.tensor([each["prompt"]])
    found = model.generate(given, attention_mask=torch.ones_like(given), do_sample=False, max_new_tokens=16)
    answers.append(found[0, given.shape[1]:].tolist())
print(json.dumps(answers))
"""
PROMPTS_BY_TRANSFORMERS = """
import json, sys
from transformers import AutoTokenizer
tokenizer = AutoTokenizer.from_pretrained(sys.argv[1])
prompts = []
for question in json.loads(sys.argv[2]):
    talk = [{"role": "user", "content": question}]
    text = tokenizer.apply_chat_template(talk, add_generation_prompt=True, tokenize=False)
    prompts.append(tokenizer(text, add_special_tokens=False).input_ids)
print(json.dumps(prompts))
"""


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Source:
    """A release whose training wrote down what its model said, token by token."""
    folder = tmp_path_factory.mktemp("trained")
    job = tiny_job(folder, hyper={"epochs": 6})
    done = asyncio.run(Trainer(folder).train(job, lambda _: None))
    made = datetime(2026, 11, 24, tzinfo=UTC)
    release = Release(
        "rel_2", 2, "tiny", "d" * 64, "rel_1", ReleaseState.CANDIDATE, "b", "s", {}, True, "", made, job.out
    )
    return Source(release, done.model, None)


def said_by(script: str, *arguments: str) -> Any:
    done = subprocess.run([sys.executable, "-c", script, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def in_training(source: Source) -> list[dict[str, list[int]]]:
    said: list[dict[str, list[int]]] = json.loads((source.weights.parent / GREEDY).read_text())
    assert any(each["answer"] for each in said)
    return said


@pytest.mark.parametrize(
    ("form", "kind"),
    [(Format.HF, WeightType.F16), (Format.GGUF, WeightType.F16), (Format.GGUF, WeightType.Q8_0)],
)
def test_transformers_says_what_the_model_said_in_training(
    trained: Source, tmp_path: Path, form: Format, kind: WeightType
) -> None:
    export_release(trained, tmp_path / "out", form, lambda *_: None, kind=kind)
    gguf = next((path.name for path in (tmp_path / "out").glob("*.gguf")), "")
    answers = said_by(LOADED_BY_TRANSFORMERS, str(tmp_path / "out"), gguf, str(trained.weights.parent / GREEDY))
    expected = [each["answer"] for each in in_training(trained)]
    assert [found[: len(wanted)] for found, wanted in zip(answers, expected, strict=True)] == expected


def test_transformers_makes_the_prompts_of_the_training(trained: Source, tmp_path: Path) -> None:
    export_release(trained, tmp_path / "out", Format.HF, lambda *_: None)
    expected = [each["prompt"] for each in in_training(trained)]
    questions = json.dumps(general_questions()[: len(expected)])
    assert said_by(PROMPTS_BY_TRANSFORMERS, str(tmp_path / "out"), questions) == expected
