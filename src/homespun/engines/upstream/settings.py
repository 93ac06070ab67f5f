"""Which server an upstream engine talks to, and what that server understands."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Dialect:
    """What a server understands beyond OpenAI's own protocol."""

    extensions: frozenset[str] = frozenset()
    """Sampling parameters that OpenAI doesn't have, by the names of `Sampling`. Without one of these, a request that
    asks for it is refused."""
    reports_usage_at_once: bool = False
    """Whether every chunk can carry the usage so far, so that the prompt's length is known when the answer begins."""
    counts_tokens: bool = False
    """Whether POST /tokenize tells the length of a prompt."""


OPENAI = Dialect()
"""The common ground of all servers."""

VLLM = Dialect(
    extensions=frozenset({"top_k", "min_p", "repetition_penalty", "stop_token_ids"}),
    reports_usage_at_once=True,
    counts_tokens=True,
)


@dataclass(frozen=True, slots=True)
class Settings:
    """One model of one server."""

    base_url: str
    """With the version: http://gpu-1:8000/v1."""
    model: str
    """As that server calls it."""
    api_key: str | None = field(default=None, repr=False)
    """Sent to it as a bearer token."""
    dialect: Dialect = OPENAI
    """What it understands."""
    context_tokens: int = 0
    """The model's window; 0: what the server says of it, if it does."""
    max_in_flight: int = 256
    """Requests beyond it are refused here, before the server is troubled."""
    connect_timeout_s: float = 5.0
    """How long it may take to accept a connection."""
    stall_timeout_s: float = 120.0
    """Silence for so long in an answer counts as failure. It includes the wait in the server's queue."""
    probe_interval_s: float = 2.0
    """How often a server that doesn't answer yet is asked whether it is there."""
