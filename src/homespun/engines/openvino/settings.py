"""The settings of the OpenVINO engine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .quantize import Precision


@dataclass(frozen=True, slots=True)
class Settings:
    """How the engine uses the machine."""

    threads: int = 0
    """Processor threads for inference; 0: all cores."""
    precision: Precision = Precision.INT8
    """How weights are kept: int8 or int4."""
    inference_precision: Literal["f32", "bf16"] = "f32"
    """The type that the graph calculates in. With f32, activations are quantised to int8 before each matrix product;
    bf16 pays where the processor has matrix units for it (AMX)."""
    kv_cache_mb: int = 1024
    """Memory for the key/value cache, in MiB. It bounds how many tokens all chats together can hold."""
    max_running: int = 64
    """Sequences that take part in one step."""
    max_waiting: int = 256
    """Requests that may wait for a place; beyond it they are refused with a word when to come back."""
    prefill_tokens: int = 512
    """Prompt tokens that one step takes up when no answer is being written."""
    mixed_prefill_tokens: int = 192
    """Prompt tokens that one step takes up beside answers that are being written; less keeps them flowing."""
    speculative_tokens: int = 5
    """Tokens that are guessed ahead, at most, from what an answer or its prompt has said before, while few answers are
    being written; 0: none. Answers stay the same, text that repeats itself comes faster."""
    stall_timeout_s: float = 30.0
    """With requests in flight and no step finished for so long, the process counts as hung and is replaced."""
    start_timeout_s: float = 600.0
    """Loading may take so long at most."""
