"""What answers in shadow prove: whether a candidate's end worse than the champion's.

This module must not know where the answers come from.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import timedelta

from .evidence import preference
from .settings import Settings
from .values import Decision, Ending, ShadowAnswer, ShadowEvidence

_WORDS = {
    Ending.EMPTY: "empty",
    Ending.LOOP: "caught in a loop",
    Ending.LENGTH: "without an end",
    Ending.FAILED: "failed",
}


def compared(answers: Sequence[ShadowAnswer], *, wanted: int) -> ShadowEvidence:
    """What the answers tell together.

    Both releases have answered the same prompts. If the candidate is no worse, then of those prompts where one answer
    ended worse than the other, it was the candidate's with a probability of 1/2 at most: the sign test. `harm` is its
    e-process, see `preference`, so it may be looked at after every answer. Where the champion's answers are all well, 7
    of the candidate's that aren't make it 20.
    """
    worse, better = sum(one.is_worse for one in answers), sum(one.is_better for one in answers)
    timed = [one for one in answers if one.champion_total_ms is not None]
    return ShadowEvidence(
        answers=len(answers),
        wanted=wanted,
        worse=worse,
        better=better,
        harm=preference(worse, better),
        endings=dict(Counter(one.ending for one in answers)),
        champion_endings=dict(Counter(one.champion_ending for one in answers)),
        length_ratio=_ratio(sum(one.tokens for one in answers), sum(one.champion_tokens for one in answers)),
        tokens_per_s=_per_s((one.tokens, one.total_ms) for one in answers),
        champion_tokens_per_s=_per_s((one.champion_tokens, one.champion_total_ms or 0) for one in timed),
    )


def decided_in_shadow(evidence: ShadowEvidence, settings: Settings, waited: timedelta) -> Decision:
    """What the evidence asks for. Who has nothing against them after the longest time is shown to the first people."""
    if evidence.harm >= 1 / settings.false_alarm:
        return Decision.ROLL_BACK
    is_over = evidence.answers >= evidence.wanted or waited >= timedelta(hours=settings.shadow_hours)
    return Decision.WIDEN if is_over else Decision.WAIT


def in_words(evidence: ShadowEvidence) -> str:
    """For the book of changes."""
    if not evidence.answers:
        return "There was nothing that it could have answered in shadow."
    bad = ", ".join(
        f"{evidence.endings[ending]} {words}" for ending, words in _WORDS.items() if ending in evidence.endings
    )
    return (
        f"In shadow it gave {evidence.answers} answers of {evidence.wanted}: {bad or 'all well'}; {evidence.worse} of "
        f"them ended worse than the champion's, {evidence.better} better. E-value of harm: {evidence.harm:.3g}."
    )


def _per_s(answers: Iterable[tuple[int, int]]) -> float | None:
    """Of pairs of tokens and milliseconds."""
    tokens, total_ms = (sum(each) for each in zip((0, 0), *answers, strict=True))
    return _ratio(tokens * 1000, total_ms)


def _ratio(ours: int, theirs: int) -> float | None:
    return ours / theirs if theirs else None
