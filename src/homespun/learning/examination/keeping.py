"""The suites that ask for no loss: can the candidate still do what the champion can?

Non-inferiority by the part of the champion's ability that is kept, as trials of medicines have it: questions that the
champion can't answer say nothing of a loss, so they don't count for one.
"""

from __future__ import annotations

from collections.abc import Sequence

from .card import Limit, Sample, Suite, Verdict
from .questions import PAPERS, Paper, Question
from .settings import Settings
from .sitting import Both, Sitting
from .statistics import mcnemar, paired_ratio, sign_test

LENGTH = "length"
LENGTH_ASKS = "Are its answers about as long as the champion's?"

_CONFIDENCE = 0.9
"""Of the interval: 95% for each of its ends, and it is one end that counts."""
_ENOUGH = 15
"""So much the champion has to get right for a loss to be ruled out. With fewer, one that is shown has failed."""
_CHANCE = 0.05
"""So improbable, at most, may a loss be that chance explains."""
_DRAWS, _TEMPERATURE = 16, 0.7
"""Answers to each probe."""
_KNOWN = 12
"""So many of them have to be right for the champion to know it."""


async def keeps(paper: Paper, sitting: Sitting) -> Suite:
    """Puts a paper to both. Raises `Unavailable`."""
    both = await sitting.answers(paper)
    return paper_suite(paper, both, sitting.settings, await _lost_probes(paper, sitting))


async def _lost_probes(paper: Paper, sitting: Sitting) -> Sequence[str]:
    """Those that the champion says nearly always, and the candidate less than half of the time.

    One answer each, the likeliest, wouldn't tell: what is said in one case of four may be the likeliest today and not
    tomorrow, and nobody has lost it.
    """
    probes = [question for question in paper.questions if question.probe]
    prompts = [probe.prompt for probe in probes for _ in range(_DRAWS)]
    drawn = await sitting.ask(prompts, most_tokens=paper.most_tokens, temperature=_TEMPERATURE)
    lost = []
    for number, probe in enumerate(probes):
        place = slice(number * _DRAWS, (number + 1) * _DRAWS)
        can, could = (sum(probe.check.holds(a.text) for a in each[place]) for each in (drawn.candidate, drawn.champion))
        if could >= _KNOWN and can * 2 < _DRAWS:
            lost.append(f"{probe.turns[-1]} ({can} of {_DRAWS} answers, the champion {could})")
    return lost


def paper_suite(paper: Paper, both: Both, settings: Settings, lost_probes: Sequence[str] = ()) -> Suite:
    """The suite from both's answers, and from the probes that were lost."""
    ours = [question.check.holds(a.text) for question, a in zip(paper.questions, both.candidate, strict=True)]
    theirs = [question.check.holds(a.text) for question, a in zip(paper.questions, both.champion, strict=True)]
    samples = _samples(paper.questions, both, ours, theirs)[: settings.samples]
    return kept_suite(paper, ours, theirs, settings, lost_probes=lost_probes, samples=samples)


def kept_suite(
    paper: Paper,
    ours: Sequence[bool],
    theirs: Sequence[bool],
    settings: Settings,
    *,
    lost_probes: Sequence[str] = (),
    samples: tuple[Sample, ...] = (),
) -> Suite:
    """The suite from what candidate and champion got right, question by question."""
    limit = Limit(at_least=paper.keeps(settings))
    ratio = paired_ratio([float(one) for one in ours], [float(one) for one in theirs], confidence=_CONFIDENCE)
    if sum(theirs) < _ENOUGH or ratio is None:
        has_kept = sign_test(*_changes(ours, theirs)) > _CHANCE
    else:
        has_kept = limit.holds(ratio.low, ratio.high)
    return Suite(
        paper.name,
        paper.asks,
        Verdict.PASSED if has_kept and not lost_probes else Verdict.FAILED,
        _told(ours, theirs, lost_probes),
        ratio.figure if ratio else None,
        ratio.low if ratio else None,
        ratio.high if ratio else None,
        limit,
        len(ours),
        samples,
    )


async def length(sitting: Sitting) -> Suite:
    """How long answers to open questions are; they are those of the last paper. Raises `Unavailable`."""
    both = await sitting.answers(PAPERS[-1])
    return length_suite([a.tokens for a in both.candidate], [a.tokens for a in both.champion], sitting.settings)


def length_suite(ours: Sequence[int], theirs: Sequence[int], settings: Settings) -> Suite:
    """The suite from the numbers of tokens."""
    limit = Limit(at_least=settings.shortest, at_most=settings.longest)
    ratio = paired_ratio(ours, theirs, confidence=_CONFIDENCE)
    if ratio is None:
        return Suite(LENGTH, LENGTH_ASKS, Verdict.FAILED, "The champion's answers have no length.", limit=limit)
    verdict = Verdict.PASSED if limit.holds(ratio.low, ratio.high) else Verdict.FAILED
    words = f"{_mean(ours)} tokens on average, the champion's {_mean(theirs)}."
    return Suite(LENGTH, LENGTH_ASKS, verdict, words, ratio.figure, ratio.low, ratio.high, limit, len(ours))


def _told(ours: Sequence[bool], theirs: Sequence[bool], lost_probes: Sequence[str]) -> str:
    lost, gained = _changes(ours, theirs)
    told = (
        f"{sum(ours)} of {len(ours)} right, the champion {sum(theirs)}; {lost} lost, {gained} gained "
        f"(p = {mcnemar(lost, gained):.2g})."
    )
    if sum(theirs) < _ENOUGH:
        told += " The champion gets so little right that only a loss beyond chance counts."
    return f"{told} It no longer knows: {'; '.join(lost_probes)}" if lost_probes else told


def _changes(ours: Sequence[bool], theirs: Sequence[bool]) -> tuple[int, int]:
    """How many right answers were lost, and gained."""
    lost = sum(could and not can for can, could in zip(ours, theirs, strict=True))
    return lost, sum(can and not could for can, could in zip(ours, theirs, strict=True))


def _samples(
    questions: Sequence[Question], both: Both, ours: Sequence[bool], theirs: Sequence[bool]
) -> tuple[Sample, ...]:
    """What was lost first, then what was gained."""
    rows = zip(questions, both.candidate, both.champion, ours, theirs, strict=True)
    ranked = sorted(rows, key=lambda row: (row[3] == row[4], row[3]))
    return tuple(
        Sample(question.turns[-1], candidate.text, champion.text, _change(can=can, could=could))
        for question, candidate, champion, can, could in ranked
    )


def _change(*, can: bool, could: bool) -> str:
    if can == could:
        return "Right as before." if can else "Wrong as before."
    return "Gained." if can else "Lost."


def _mean(tokens: Sequence[int]) -> int:
    return round(sum(tokens) / len(tokens))
