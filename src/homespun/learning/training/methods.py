"""One TRL trainer for each method, over examples that are tokenised and in order already."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from datasets import Dataset
from peft import LoraConfig
from transformers import (
    AutoModelForCausalLM,
    AutoModelForSequenceClassification,
    AutoTokenizer,
    TrainerCallback,
    TrainingArguments,
    set_seed,
)
from trl import (
    DPOConfig,
    DPOTrainer,
    GRPOConfig,
    KTOConfig,
    KTOTrainer,
    RewardConfig,
    RewardTrainer,
    SFTConfig,
    SFTTrainer,
)

from homespun.learning.jobs import Adapter, Method, TrainingJob

from .checkpoints import WholeCheckpoints
from .examples import Example
from .grpo import build_grpo, grpo_options
from .rehearsal import Rehearses

_WARMUP = 0.1
"""Of all steps."""
_CONFIGS: dict[Method, type[TrainingArguments]] = {
    Method.SFT: SFTConfig,
    Method.DPO: DPOConfig,
    Method.KTO: KTOConfig,
    Method.REWARD: RewardConfig,
    Method.GRPO: GRPOConfig,
}


def configuration(job: TrainingJob, *, world_size: int) -> Any:
    """What TRL is told, but for the data. Joins the other processes, where there are any."""
    numbers = job.numbers
    cuda = torch.cuda.is_available()
    options = {
        "output_dir": str(job.out / "checkpoints"),
        "num_train_epochs": 1,  # `schedule` has repeated them
        "per_device_train_batch_size": numbers.micro_batch_size,
        "per_device_eval_batch_size": 1,  # so that the loss is the mean over examples, however long each is
        "gradient_accumulation_steps": max(1, numbers.batch_size // numbers.micro_batch_size // world_size),
        "learning_rate": numbers.learning_rate,
        "lr_scheduler_type": "cosine",
        "warmup_steps": _WARMUP,
        "train_sampling_strategy": "sequential",
        "remove_unused_columns": True,
        "dataloader_pin_memory": cuda,
        "use_cpu": not cuda,
        "ddp_find_unused_parameters": False,
        "bf16": cuda and torch.cuda.is_bf16_supported(),
        "gradient_checkpointing": False,
        "seed": job.seed,
        "logging_steps": 1,
        "logging_nan_inf_filter": False,
        "disable_tqdm": True,
        "report_to": "none",
        "save_strategy": "steps",
        "save_steps": numbers.save_steps,
        "save_total_limit": 2,
    }
    return _CONFIGS[job.method](**options | _METHOD_OPTIONS[job.method](job))


_UNCUT = {"max_length": None}
"""`read_examples` has left out what is too long."""
_METHOD_OPTIONS: dict[Method, Callable[[TrainingJob], dict[str, Any]]] = {
    Method.SFT: lambda _job: {"shuffle_dataset": False, "packing": False, **_UNCUT},
    Method.DPO: lambda job: {
        "loss_type": ["sigmoid", "sft"],
        "loss_weights": [1.0, job.numbers.sft_weight],
        "beta": job.numbers.beta,
        **_UNCUT,
    },
    Method.KTO: lambda job: {"beta": job.numbers.beta, **_UNCUT},
    Method.REWARD: lambda _job: _UNCUT,
    Method.GRPO: grpo_options,
}


class _Sft(Rehearses, WholeCheckpoints, SFTTrainer):  # type: ignore[misc]
    pass


class _Dpo(WholeCheckpoints, DPOTrainer):  # type: ignore[misc]
    def _prepare_dataset(self, dataset: Dataset, *_: Any) -> Dataset:
        """It has our own tokens already; TRL would make its own of texts."""
        return dataset


class _Kto(WholeCheckpoints, KTOTrainer):  # type: ignore[misc]
    def _prepare_dataset(self, dataset: Dataset, _tokenizer: Any, config: KTOConfig, *_: Any) -> Dataset:
        """See `_Dpo`. Answers for the estimate of the divergence come from the neighbour in the same batch."""
        size, answers = config.per_device_train_batch_size, dataset["completion_ids"]
        neighbours = [answers[at - 1 if at % size else at + size - 1] for at in range(len(answers))]
        return dataset.add_column("KL_completion_ids", neighbours)


class _Reward(WholeCheckpoints, RewardTrainer):  # type: ignore[misc]
    pass


_TRAINERS = {Method.SFT: _Sft, Method.DPO: _Dpo, Method.KTO: _Kto, Method.REWARD: _Reward}


def build_trainer(
    job: TrainingJob,
    config: Any,
    examples: Sequence[Example],
    callbacks: Sequence[TrainerCallback],
    *,
    validation: Sequence[Example] = (),
) -> Any:
    """A trainer that is about to begin at its first step. It evaluates `validation` when a callback asks for that."""
    set_seed(job.seed)  # adapters, and the head of a reward model, begin at random
    if job.method is Method.GRPO:
        return build_grpo(job, config, examples, callbacks=callbacks, adapter=lora(job))
    tokenizer = AutoTokenizer.from_pretrained(job.base)
    more = {"ref_model": load_model(job, tokenizer)} if _needs_reference(job) else {}
    trainer: Any = _TRAINERS[job.method](
        model=load_model(job, tokenizer),
        args=config,
        train_dataset=_dataset(examples),
        eval_dataset=_dataset(validation) if validation else None,
        processing_class=tokenizer,
        callbacks=list(callbacks),
        peft_config=lora(job),
        **more,
    )
    if job.method is Method.SFT and job.adapter is Adapter.FULL and job.numbers.replay:
        trainer.base = load_model(job, tokenizer).eval()
    return trainer


def _dataset(examples: Sequence[Example]) -> Dataset:
    return Dataset.from_list([example.columns for example in examples])


def _needs_reference(job: TrainingJob) -> bool:
    """With LoRA the base is the model without its adapter."""
    return job.adapter is Adapter.FULL and job.method in (Method.DPO, Method.KTO)


def load_model(job: TrainingJob, tokenizer: Any) -> Any:
    """The base in float32, with a head of one score where it is to become a reward model."""
    if job.method is not Method.REWARD:
        return AutoModelForCausalLM.from_pretrained(job.base, dtype=torch.float32)
    model = AutoModelForSequenceClassification.from_pretrained(job.base, num_labels=1, dtype=torch.float32)
    model.config.pad_token_id = tokenizer.pad_token_id
    return model


def lora(job: TrainingJob) -> LoraConfig | None:
    """Adapters on all linear layers."""
    if job.adapter is Adapter.FULL:
        return None
    scores = job.method is Method.REWARD
    return LoraConfig(
        r=job.numbers.lora_rank,
        lora_alpha=2 * job.numbers.lora_rank,
        lora_dropout=0.0,
        target_modules="all-linear",
        modules_to_save=["score"] if scores else None,
        task_type="SEQ_CLS" if scores else "CAUSAL_LM",
    )
