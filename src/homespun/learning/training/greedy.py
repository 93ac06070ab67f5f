"""What the trained model says before it is merged, quantised and served: what the engine says is compared with it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import torch

from homespun.core.messages import Message, Role
from homespun.learning.disk import write_durably
from homespun.learning.examination import GREEDY, Greedy
from homespun.learning.replay import general_questions

from .examples import Speech

_QUESTIONS = 8
_TOKENS = 16


def write_greedy(base: Path, model: Any, folder: Path) -> None:
    """Writes its greedy answers to some general questions, cut short. The model is in training mode afterwards."""
    speech = Speech.of(base)
    prompts = [speech.prompt([Message(Role.USER, question)]) for question in general_questions()[:_QUESTIONS]]
    model.eval()
    with torch.no_grad():
        said = [Greedy(tuple(prompt), tuple(_answer(model, prompt, speech.end))) for prompt in prompts]
    model.train()
    write_durably(folder / GREEDY, msgspec.json.encode(said))


def _answer(model: Any, prompt: Sequence[int], end: int) -> list[int]:
    """Without the token that ends it."""
    answer: list[int] = []
    given, past = torch.tensor([prompt], device=model.device), None
    while len(answer) < _TOKENS:
        told = model(input_ids=given, past_key_values=past, use_cache=True)
        token = int(told.logits[0, -1].argmax())
        if token == end:
            break
        answer.append(token)
        given, past = torch.tensor([[token]], device=model.device), told.past_key_values
    return answer
