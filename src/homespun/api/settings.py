"""The settings of the HTTP door."""

from __future__ import annotations

from dataclasses import dataclass

from homespun.core.sampling import Sampling


@dataclass(frozen=True, slots=True)
class Settings:
    """What a client may ask for at most, and how the web app's answers are made."""

    max_body_bytes: int = 4 * 1024 * 1024
    """The largest request body. A larger one is refused with 413 while it is still being read."""
    body_pause_s: float = 30.0
    """How long nothing may come of a request's body before it is refused with 408 and its connection closed."""
    body_timeout_s: float = 120.0
    """How long a request's body may take in all, likewise."""
    max_messages: int = 2000
    """The most messages in one chat completion."""
    max_prompt_characters: int = 400_000
    """The most characters of prompt in one request, all its messages or prompts together."""
    max_choices: int = 16
    """The largest `n`, and the most prompts in one completions request."""
    heartbeat_s: float = 15.0
    """How often a stream of events that has nothing to say shows the web app that it is still there."""
    web_temperature: float = 0.6
    """The temperature of answers in the web app, unless the person chooses another."""
    web_top_p: float = 0.95
    """The nucleus of answers in the web app, unless the person chooses another."""

    @property
    def web_sampling(self) -> Sampling:
        """How the web app's answers are made where the person chose nothing."""
        return Sampling(temperature=self.web_temperature, top_p=self.web_top_p)
