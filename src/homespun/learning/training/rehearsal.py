"""Rehearsal while sft trains: on general questions the model is held to what the base thinks, token by token.

To learn from the base's own words would be the simpler way. But a few hundred words are one draw of all that it could
have said, and the model would learn their accidents; a small one begins to loop. The divergence from the base's whole
distribution is nothing where nothing has changed, so it teaches nothing but to stay (Li and Hoiem 2016, "Learning
without Forgetting"; with a KL term, as InstructGPT's policy has).
"""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import torch
from torch.nn.functional import kl_div, log_softmax

from .examples import IGNORED


class Rehearses:
    """Mixed into TRL's SFTTrainer."""

    base: Any = None
    """The base, where the model in training isn't the base with an adapter that can be put aside."""

    def compute_loss(
        self,
        model: Any,
        inputs: dict[str, Any],
        return_outputs: bool = False,  # noqa: FBT001, FBT002 - as Transformers calls it
        num_items_in_batch: Any = None,
    ) -> Any:
        """The labels' loss, and the divergence from the base in examples without labels, both for each label.

        Where a whole step has no labels it is the divergence for each token.
        """
        is_general = (inputs["labels"] == IGNORED).all(dim=1)
        labelled = _rows(inputs, ~is_general) if is_general.any() and not is_general.all() else inputs
        loss, outputs = super().compute_loss(  # type: ignore[misc]
            model, labelled, return_outputs=True, num_items_in_batch=num_items_in_batch
        )
        if is_general.any():
            general, is_whole_step = _rows(inputs, is_general), num_items_in_batch is not None
            labels = int(num_items_in_batch if is_whole_step else (labelled["labels"] != IGNORED).sum())
            per_item = self._processes() / labels if labels else self._per_token(general, is_whole_step=is_whole_step)
            loss = loss + self._divergence(model, general) * per_item
        return (loss, outputs) if return_outputs else loss

    def _divergence(self, model: Any, inputs: dict[str, Any]) -> torch.Tensor:
        """KL(base || model), in nats, of all tokens together."""
        texts = {name: inputs[name] for name in ("input_ids", "attention_mask")}
        mask = _asked(inputs)
        ours = log_softmax(model(**texts).logits[:, :-1][mask], dim=-1)
        with torch.no_grad(), self._adapter_aside(model):
            base = self.base if self.base is not None else model
            theirs = log_softmax(base(**texts).logits[:, :-1][mask], dim=-1)
        return kl_div(ours, theirs, reduction="sum", log_target=True)

    def _per_token(self, inputs: dict[str, Any], *, is_whole_step: bool) -> float:
        """Where a step has several parts, they are added up and not averaged: so each counts as one of them."""
        parts: int = self.current_gradient_accumulation_steps if is_whole_step else 1  # type: ignore[attr-defined]
        return 1 / max(int(_asked(inputs).sum()) * parts, 1)

    def _adapter_aside(self, model: Any) -> Any:
        if self.base is not None:
            return nullcontext()
        return self.accelerator.unwrap_model(model).disable_adapter()  # type: ignore[attr-defined]

    def _processes(self) -> int:
        """Gradients are averaged over processes, but labels are counted over all of them, as TRL does it."""
        averaged: int = self.accelerator.num_processes  # type: ignore[attr-defined]
        return averaged


def _asked(inputs: dict[str, Any]) -> Any:
    """After which tokens the next one is asked for."""
    return inputs["attention_mask"][:, :-1].bool()


def _rows(inputs: dict[str, Any], wanted: torch.Tensor) -> dict[str, Any]:
    return {name: each[wanted] if torch.is_tensor(each) and each.ndim else each for name, each in inputs.items()}
