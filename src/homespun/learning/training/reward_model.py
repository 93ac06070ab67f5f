"""A trained reward model, asked what it thinks of answers: in a training against it, and when it judges."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import torch
from transformers import AutoModelForSequenceClassification

from homespun.core.errors import TrainingFailed
from homespun.learning.jobs import Scoring

from .examples import Speech


class RewardModel:
    """Scores whole conversations, given as tokens; a higher score is a better answer."""

    def __init__(self, folder: Path, *, batch_size: int) -> None:
        """`folder` is what a training with the method reward has left."""
        self._model = AutoModelForSequenceClassification.from_pretrained(folder, dtype=torch.float32).eval()
        if torch.cuda.is_available():
            self._model.cuda()
        self._batch_size = batch_size

    def scores(self, conversations: Sequence[list[int]]) -> list[float]:
        """Of each; prompt and answer as they were trained on, with the token that ends the answer."""
        with torch.inference_mode():
            return [score for batch in self._batches(conversations) for score in self._scored(batch)]

    def _batches(self, rows: Sequence[list[int]]) -> Iterator[Sequence[list[int]]]:
        for at in range(0, len(rows), self._batch_size):
            yield rows[at : at + self._batch_size]

    def _scored(self, rows: Sequence[list[int]]) -> list[float]:
        scores: list[float] = self._model(**self._padded(rows)).logits[:, 0].tolist()
        return scores

    def _padded(self, rows: Sequence[list[int]]) -> dict[str, torch.Tensor]:
        tensors = [torch.tensor(row, device=self._model.device) for row in rows]
        pad = torch.nn.utils.rnn.pad_sequence
        return {
            "input_ids": pad(tensors, batch_first=True, padding_value=self._model.config.pad_token_id),
            "attention_mask": pad([torch.ones_like(row) for row in tensors], batch_first=True),
        }


def scored(scoring: Scoring) -> tuple[float, ...]:
    """What the reward model thinks of each answer, one at a time, so that no score depends on others.

    Raises `TrainingFailed` where it thinks nothing that can be compared.
    """
    speech = Speech.of(scoring.base)
    conversations = [speech.prompt(each.messages) + speech.answer(each.answer) for each in scoring.answers]
    found = RewardModel(scoring.reward_model, batch_size=1).scores(conversations)
    if not torch.tensor(found).isfinite().all():
        raise TrainingFailed("The reward model's scores aren't numbers; train another.")
    return tuple(found)
