"""The assistant's settings."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """How the assistant makes its prompts."""

    system: str = ""
    """Instructions placed before every stored conversation that brings none of its own. Empty: none."""
    answer_tokens: int = 512
    """Room that is kept free for the answer when a conversation is cut to the model's window; at most half of it."""
    ready_timeout_s: float = 20.0
    """How long a request waits for a model that is loading or restarting before it is turned away."""
