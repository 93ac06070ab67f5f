"""Trainings of a tiny model, each in a process of its own: what they learn, and what they leave when they end badly."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from homespun.core.errors import TrainingFailed
from homespun.core.messages import ChatPrompt, Message, Role
from homespun.core.sampling import Sampling
from homespun.engines import GenerationRequest
from homespun.engines.openvino import OpenVinoEngine
from homespun.engines.openvino.weights import read_checkpoint
from homespun.learning.grading import Metric, TextSimilarity
from homespun.learning.jobs import Adapter, Answered, Method, Scoring, TrainingJob, write_job
from homespun.learning.progress import Estimated, Failed, Line, Stepped, decode_line
from homespun.learning.replay import Rehearsed, write_rehearsed
from homespun.learning.trainer import Trainer
from tests.engines.openvino.conftest import SMALL, collect

from .labels import demonstrations, pairs, row, tiny_base, tiny_job, write_snapshot

pytestmark = [
    pytest.mark.skipif(find_spec("trl") is None, reason="no PyTorch: `make learn` installs what training needs"),
    pytest.mark.timeout(600),
]


LABELS_OF = {Method.SFT: "demonstrations", Method.DPO: "pairs"}


def start(job: TrainingJob, *options: str, **how: Any) -> subprocess.Popen[bytes]:
    job.out.mkdir(parents=True, exist_ok=True)
    write_job(job, job.out / "job.json")
    command = [sys.executable, "-m", "homespun.learning.training", str(job.out / "job.json"), *options]
    quick = os.environ | {"OMP_NUM_THREADS": "1"}  # threads wait for one another longer than they calculate here
    with (job.out / "log").open("ab") as log:
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, env=quick, **how)


def train(job: TrainingJob, *options: str, **how: Any) -> list[Line]:
    process = start(job, *options, **how)
    output, _ = process.communicate()
    lines = [decode_line(line) for line in output.splitlines()]
    assert (process.returncode == 0) != any(isinstance(line, Failed) for line in lines), (job.out / "log").read_text()
    return lines


def losses(job: TrainingJob) -> list[float]:
    return list(json.loads((job.out / "training.json").read_text())["losses"])


def weights(folder: Path) -> dict[str, np.ndarray[Any, Any]]:
    with closing(read_checkpoint(folder)) as checkpoint:
        return {name: checkpoint.tensor(name) for name in checkpoint.names()}


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> tuple[TrainingJob, list[Line]]:
    """A training that nothing disturbed."""
    job = tiny_job(tmp_path_factory.mktemp("finished"), hyper={"epochs": 6})
    return job, train(job)


async def test_the_engine_says_what_the_model_was_trained_to_say(tmp_path: Path) -> None:
    one = tiny_job(tmp_path, labels={"demonstrations": [row(1, completion="hello")]}, hyper={"epochs": 40})
    train(one)
    engine = OpenVinoEngine(one.out / "model", tmp_path / "graphs", SMALL)
    await engine.start()
    await engine.wait_ready()
    prompt = ChatPrompt((Message(Role.USER, "say b 1"),))
    reply = await collect(engine, GenerationRequest("test", prompt, Sampling(temperature=0, max_tokens=8)))
    await engine.stop()
    assert reply.text() == "hello"
    assert reply.ended[0].completion_tokens < 8, "it has learned to end, too"


def test_tells_each_step_and_reports(finished: tuple[TrainingJob, list[Line]]) -> None:
    job, lines = finished
    steps = [line for line in lines if isinstance(line, Stepped)]
    report = json.loads((job.out / "training.json").read_text())
    assert [line.step for line in steps] == list(range(1, steps[-1].steps + 1))
    assert [line.loss for line in steps] == report["losses"]
    assert report["losses"][-1] < report["losses"][0] - 1
    assert steps[-1].remaining_s == 0
    assert report["world_size"] == 1
    assert report["versions"]["torch"].startswith("2.")


def test_adapter_and_model_are_both_there_and_differ_from_the_base(finished: tuple[TrainingJob, list[Line]]) -> None:
    job, _ = finished
    assert (job.out / "adapter/adapter_model.safetensors").exists()
    before, after = weights(job.base), weights(job.out / "model")
    assert np.abs(before["model.layers.1.mlp.up_proj.weight"] - after["model.layers.1.mlp.up_proj.weight"]).max() > 1e-3
    np.testing.assert_array_equal(before["model.embed_tokens.weight"], after["model.embed_tokens.weight"])


def test_a_training_that_was_killed_goes_on_and_ends_with_the_same_weights(
    finished: tuple[TrainingJob, list[Line]], tmp_path: Path
) -> None:
    whole, _ = finished
    job = replace(whole, out=tmp_path / "out")
    process = start(job)
    assert process.stdout is not None
    for text in process.stdout:
        line = decode_line(text)
        if isinstance(line, Stepped) and line.step == 8:  # after the checkpoint of step 6
            process.send_signal(signal.SIGKILL)
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    torn = job.out / "checkpoints/checkpoint-8"  # as if killed in the midst of writing it
    shutil.copytree(job.out / "checkpoints/checkpoint-6", torn)
    (torn / "whole").unlink()
    (torn / "trainer_state.json").write_text("{")
    lines = train(job)
    assert next(line.step for line in lines if isinstance(line, Stepped)) == 7
    assert (job.out / "model/model.safetensors").read_bytes() == (whole.out / "model/model.safetensors").read_bytes()
    assert losses(job) == losses(whole)


def test_general_questions_are_rehearsed_beside_the_labels(tmp_path: Path) -> None:
    job = tiny_job(tmp_path, hyper={"replay": 0.5})
    job.out.mkdir()
    write_rehearsed(job.out / "replay.json", (Rehearsed("say z", "zzzz"), Rehearsed("say y", "yyyy")))
    train(job)
    assert len(losses(job)) == 10, "twice as many steps as there are for the labels alone"


def test_an_answer_that_was_cut_off_is_learned_from_without_an_end_and_compared_with_nothing(tmp_path: Path) -> None:
    from homespun.learning.training.examples import Speech, general_examples

    speech = Speech.of(tiny_job(tmp_path).base)
    said = (Rehearsed("say z", "zz"), Rehearsed("say y", "yyyy", is_whole=False))
    whole, cut_off = general_examples(Method.SFT, speech, said)
    assert whole.columns["input_ids"][-1] == speech.end != cut_off.columns["input_ids"][-1]
    assert len(general_examples(Method.DPO, speech, said)) == 1


@pytest.mark.parametrize("adapter", Adapter)
def test_what_is_rehearsed_stays_as_it_was(adapter: Adapter, tmp_path: Path) -> None:
    """How far each training takes the model from the base, where nothing new is said."""
    drifts = []
    for name, replay in (("without", 0.0), ("with", 0.5)):
        hyper = {"replay": replay, "epochs": 6, "learning_rate": 1e-2}
        (tmp_path / name).mkdir()
        job = replace(tiny_job(tmp_path / name, hyper=hyper), adapter=adapter)
        job.out.mkdir()
        write_rehearsed(job.out / "replay.json", (Rehearsed("say z", "zzzz"), Rehearsed("say y", "yyyy")))
        train(job)
        drifts.append(divergence(job, "say z", "zzzz"))
    assert drifts[1] < drifts[0] / 2


def divergence(job: TrainingJob, question: str, answer: str) -> float:
    """KL(base || trained) of a whole conversation, in nats."""
    import torch
    from transformers import AutoModelForCausalLM

    from homespun.learning.training.examples import Speech

    speech = Speech.of(job.base)
    ids = torch.tensor([speech.prompt([Message(Role.USER, question)]) + speech.answer(answer)])
    with torch.no_grad():
        base, trained = (
            AutoModelForCausalLM.from_pretrained(folder)(ids).logits.log_softmax(-1)
            for folder in (job.base, job.out / "model")
        )
    return float((base.exp() * (base - trained)).sum())


def test_a_training_that_has_ended_is_not_begun_again(finished: tuple[TrainingJob, list[Line]]) -> None:
    assert train(finished[0]) == []


def test_two_processes_learn_just_as_one_does(tmp_path: Path) -> None:
    job = tiny_job(tmp_path)
    together = replace(job, out=tmp_path / "together")
    train(job)
    train(together, "--nproc=2")
    assert json.loads((together.out / "training.json").read_text())["world_size"] == 2
    assert len(losses(job)) == 5
    np.testing.assert_allclose(losses(together), losses(job), rtol=1e-4)


def test_processes_that_would_change_the_batch_are_refused(tmp_path: Path) -> None:
    assert "multiple of micro_batch_size" in failure(tiny_job(tmp_path, hyper={"micro_batch_size": 4}), "--nproc=2")


@pytest.mark.parametrize("method", [Method.DPO, Method.KTO])
@pytest.mark.parametrize("adapter", [Adapter.LORA, Adapter.FULL])
def test_preferences_lower_the_loss_and_leave_a_model(tmp_path: Path, method: Method, adapter: Adapter) -> None:
    rate = 1e-2 if adapter is Adapter.LORA else 1e-3
    job = tiny_job(tmp_path, method, adapter=adapter, hyper={"epochs": 3, "learning_rate": rate})
    train(job)
    assert losses(job)[-1] < losses(job)[0]
    assert weights(job.out / "model").keys() == weights(job.base).keys()
    assert (job.out / "adapter").exists() == (adapter is Adapter.LORA)


def test_a_reward_model_is_trained_on_pairs(tmp_path: Path) -> None:
    job = tiny_job(tmp_path, Method.REWARD)
    train(job)
    assert losses(job)[-1] < losses(job)[0]
    assert "SequenceClassification" in (job.out / "model/config.json").read_text()


async def test_a_reward_model_scores_answers_and_knows_what_it_was_trained_on(tmp_path: Path) -> None:
    job = tiny_job(tmp_path, Method.REWARD, {"pairs": pairs(8)}, hyper={"epochs": 8})
    trainer = Trainer(tmp_path)
    trained = await trainer.train(job, lambda _: None)
    asked = [(_messages(one), text) for one in pairs(8) for text in (one["chosen"], one["rejected"])]
    answers = tuple(Answered(messages, text) for messages, text in asked)
    scores = await trainer.score(Scoring(trained.model, job.base, answers), job.out)
    assert all(chosen > rejected for chosen, rejected in zip(scores[::2], scores[1::2], strict=True))
    alone = await trainer.score(Scoring(trained.model, job.base, answers[5:6]), job.out)
    assert alone == scores[5:6], "a score doesn't depend on what else is scored"
    assert not (job.out / "scoring.json").exists(), "what people asked stays in the snapshot"


def _messages(one: dict[str, Any]) -> tuple[Message, ...]:
    return tuple(Message(Role(each["role"]), each["content"]) for each in one["messages"])


async def test_a_reward_model_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    (tmp_path / "judge").mkdir()
    answers = (Answered((Message(Role.USER, "say a"),), "aaaa"),)
    base, _ = tiny_base(tmp_path)
    with pytest.raises(TrainingFailed, match="nowhere"):
        await Trainer(tmp_path).score(Scoring(tmp_path / "nowhere", base, answers), tmp_path / "judge")


def test_grpo_learns_what_the_reward_model_likes_from_answers_of_our_engine(tmp_path: Path) -> None:
    reward = tiny_job(tmp_path / "reward", Method.REWARD, hyper={"epochs": 3})
    train(reward)
    hyper = {"generations": 4, "batch_size": 8, "micro_batch_size": 4, "rollout_steps": 1, "answer_tokens": 6}
    job = tiny_job(
        tmp_path / "grpo",
        Method.GRPO,
        {"pairs": pairs(8)},
        reward_model=reward.out / "model",
        seed=2**31 - 1,
        hyper=hyper | {"epochs": 1},
    )
    lines = train(job)
    report = json.loads((job.out / "training.json").read_text())
    assert [line.step for line in lines if isinstance(line, Stepped)] == [1, 2, 3, 4]
    assert all(0 < ratio < 2 for ratio in report["importance_ratios"]), "our engine's probabilities are the trainer's"
    assert len(report["rewards"]) == 4
    assert not (job.out / "policy").exists()
    assert weights(job.out / "model").keys() == weights(job.base).keys()


def questions(count: int) -> list[dict[str, Any]]:
    """Each with an item; some are asked twice, about another one."""
    return [row(n // 2, item=json.dumps({"best": "eeee" if n % 2 else "tttt"})) for n in range(count)]


def test_grpo_learns_what_a_grader_likes(tmp_path: Path) -> None:
    hyper = {"generations": 8, "batch_size": 16, "micro_batch_size": 8, "rollout_steps": 1, "answer_tokens": 6}
    job = tiny_job(
        tmp_path,
        Method.GRPO,
        {"questions": questions(8)},
        grader=TextSimilarity("near", "{{ sample.output_text }}", "{{ item.best }}", Metric.FUZZY_MATCH),
        hyper=hyper | {"epochs": 6, "learning_rate": 3e-2},
    )
    lines = train(job)
    rewards = json.loads((job.out / "training.json").read_text())["rewards"]
    assert [line.reward for line in lines if isinstance(line, Stepped)] == rewards
    assert len(rewards) == 24
    assert all(0 <= reward <= 1 for reward in rewards)
    assert sum(rewards[-6:]) > sum(rewards[:6])


def test_a_question_that_leaves_no_room_for_an_answer_is_left_out(tmp_path: Path) -> None:
    from homespun.learning.training.examples import Speech, read_prompts

    long = row(9, item="{}") | {"messages": [{"role": "user", "content": "word " * 200}]}
    snapshot, _ = write_snapshot(tmp_path, questions=[*questions(4), long])
    base, _ = tiny_base(tmp_path)
    kept, left_out = read_prompts(snapshot, Speech.of(base), max_tokens=120, answer_tokens=6)
    assert [example.columns["item"] for example in kept] == ['{"best": "tttt"}', '{"best": "eeee"}'] * 2
    assert left_out == 1


@pytest.mark.parametrize("method", [Method.SFT, Method.DPO])
def test_after_each_epoch_the_loss_is_measured_on_what_is_not_trained_on(tmp_path: Path, method: Method) -> None:
    kind = {Method.SFT: demonstrations, Method.DPO: pairs}[method]
    validation, _ = write_snapshot(tmp_path / "validation", **{LABELS_OF[method]: kind(3)})
    job = tiny_job(tmp_path, method, validation=validation, hyper={"epochs": 2})
    told = [line for line in train(job) if isinstance(line, Stepped)]
    assert [line.step for line in told] == [1, 2, 3, 4, 5]
    assert [line.step for line in told if line.valid_loss is not None] == [3, 5]
    report = json.loads((job.out / "training.json").read_text())
    assert report["validation_losses"] == [told[2].valid_loss, told[4].valid_loss]
    assert report["validation_examples_too_long"] == 0
    assert told[4].valid_loss != told[2].valid_loss


def test_to_measure_changes_nothing(tmp_path: Path) -> None:
    validation, _ = write_snapshot(tmp_path / "validation", demonstrations=demonstrations(3))
    measured, plain = tiny_job(tmp_path / "measured", validation=validation), tiny_job(tmp_path / "plain")
    train(measured)
    train(plain)
    assert losses(measured) == losses(plain)
    assert all(
        np.array_equal(one, weights(plain.out / "model")[name]) for name, one in weights(measured.out / "model").items()
    )


def test_the_measured_loss_is_the_mean_over_examples(tmp_path: Path) -> None:
    """A learning rate of nothing: the model is the base, whose loss on each example alone is known."""
    labels = [row(1, completion="ab"), row(2, completion="abcdefghijkl")]
    found = []
    for name, kept in {"both": labels, "one": labels[:1], "other": labels[1:]}.items():
        validation, _ = write_snapshot(tmp_path / f"validation_{name}", demonstrations=kept)
        job = tiny_job(tmp_path / name, validation=validation, hyper={"epochs": 1, "learning_rate": 0.0})
        found.append([line.valid_loss for line in train(job) if isinstance(line, Stepped)][-1])
    both, one, other = (loss or 0.0 for loss in found)
    assert both == pytest.approx((one + other) / 2, rel=1e-3)
    assert one != pytest.approx(other, rel=1e-3)


def failure(job: TrainingJob, *options: str, **how: Any) -> str:
    """The words of a training that ends without a model."""
    last = train(job, *options, **how)[-1]
    assert isinstance(last, Failed)
    assert not (job.out / "model").exists()
    assert not (job.out / "adapter").exists()
    return last.words


def test_a_training_that_diverges_says_so(tmp_path: Path) -> None:
    words = failure(tiny_job(tmp_path, hyper={"learning_rate": 1e30}))
    assert "diverged" in words
    assert "lower learning rate" in words


def test_a_full_disk_during_a_checkpoint_says_so(tmp_path: Path) -> None:
    job = tiny_job(tmp_path)

    def little_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))

    words = failure(job, preexec_fn=little_room)
    assert "checkpoint couldn't be written" in words
    assert "Make room" in words
    train(job)
    assert (job.out / "model").exists()


def test_a_base_that_has_changed_is_refused(tmp_path: Path) -> None:
    job = tiny_job(tmp_path)
    (job.base / "config.json").write_text((job.base / "config.json").read_text() + " ")
    assert "isn't the one that this training was begun for" in failure(job)


def test_a_snapshot_that_has_changed_is_refused(tmp_path: Path) -> None:
    job = tiny_job(tmp_path)
    with (job.snapshot / "demonstrations.parquet").open("ab") as labels:
        labels.write(b"x")
    assert "was changed since it was made" in failure(job)


def test_another_snapshot_than_the_jobs_is_refused(tmp_path: Path) -> None:
    assert "isn't the snapshot" in failure(replace(tiny_job(tmp_path), snapshot_digest="0" * 64))


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        (demonstrations(3, split="held_out"), "no labels for training"),
        ([row(1, completion="x" * 2000)], "longer than 1024 tokens"),
    ],
    ids=["held out", "too long"],
)
def test_nothing_to_train_on_is_said(tmp_path: Path, labels: list[dict[str, Any]], words: str) -> None:
    assert words in failure(tiny_job(tmp_path, labels={"demonstrations": labels}))


def test_an_estimate_leaves_nothing_behind(tmp_path: Path) -> None:
    job = tiny_job(tmp_path)
    (line,) = train(job, "--estimate")
    assert isinstance(line, Estimated)
    assert line.tokens > 100
    assert line.seconds == pytest.approx(line.tokens / line.tokens_per_s, abs=0.1)
    assert not (job.out / "checkpoints").exists()
