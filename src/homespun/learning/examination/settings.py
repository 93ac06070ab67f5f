"""The settings of the examination."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """What a candidate has to show before it may answer people."""

    win_rate: float = 0.55
    """In so many comparisons with the champion its answers have to be preferred, ties counting half. The smallest
    improvement that is worth a rollout."""
    requires_wins: bool = True
    """Whether a candidate fails that nobody can compare with the champion, for want of a judge or of questions."""
    requires_improvement: bool = True
    """Whether a candidate fails of which nobody could see whether it wins or has come to prefer what people preferred.
    Without this, the champion under another name would pass where there is nothing to compare."""
    comparisons: int = 200
    """Questions that were kept from training and are put to both, at most; one of each conversation."""
    least_pairs: int = 12
    """With fewer pairs kept from training nobody asks what the candidate has come to prefer: it would show nothing."""
    longest: float = 2.0
    """How many times as long its answers may be, on average."""
    shortest: float = 0.2
    """How many times as long its answers have to be, on average."""
    perplexity: float = 1.1
    """How many times the champion's the negative log-likelihood of ordinary texts may be, a token on average."""
    speed: float = 0.7
    """How many times as fast as the champion it has to be, in tokens a second."""
    same_tokens: float = 0.9
    """In so many places the served model has to say the token that the trained one says; rounding explains the rest."""
    at_once: int = 32
    """Questions that an engine answers side by side."""
    timeout_s: float = 3600.0
    """An examination that takes longer has failed."""
