"""A card for people: as text for a terminal, and as a piece of HTML for a report, with nothing to fetch."""

from __future__ import annotations

from html import escape

from .card import Card, Sample, Suite, Verdict

_MARKS = {Verdict.PASSED: "✓", Verdict.FAILED: "✗", Verdict.NOT_RUN: "–"}


def as_text(card: Card, *, samples: int = 2) -> str:
    """Some lines for each suite; of those that failed, so many samples."""
    lines = [_heading(card), ""]
    for suite in card.suites:
        lines += [f"{_MARKS[suite.verdict]} {suite.name}: {suite.question}", f"    {suite.words}"]
        if figures := _figures(suite):
            lines.append(f"    {figures}")
        if suite.verdict is Verdict.FAILED:
            for sample in suite.samples[:samples]:
                lines += _sample_lines(sample)
    lines += [f"  {name}: {value:.4g}" for name, value in card.times.items()]
    return "\n".join(lines) + "\n"


def as_html(card: Card) -> str:
    """A section that stands by itself: no style sheet, script or picture from elsewhere."""
    rows = "".join(_row(suite) for suite in card.suites)
    times = "".join(f"<li>{escape(name)}: {value:.4g}</li>" for name, value in card.times.items())
    return (
        f'<section class="card"><style>{_STYLE}</style><h2>{escape(_heading(card))}</h2>'
        "<table><thead><tr><th></th><th>Suite</th><th>Figure</th><th>Interval</th><th>Limit</th><th>Count</th>"
        f"<th>Why</th></tr></thead><tbody>{rows}</tbody></table>"
        f"<ul>{times}</ul>{''.join(_samples(suite) for suite in card.suites if suite.samples)}</section>"
    )


_STYLE = (
    ".card table{border-collapse:collapse}.card td,.card th{padding:.3em .6em;text-align:left;vertical-align:top;"
    "border-bottom:1px solid #8884}.card .failed{color:#b3261e}.card .passed{color:#1b6e3c}"
    ".card .pair{display:grid;grid-template-columns:1fr 1fr;gap:1em}.card pre{white-space:pre-wrap;margin:0}"
)


def _heading(card: Card) -> str:
    verdict = "has passed" if card.passed else "has not passed"
    return f"{card.candidate} {verdict} its examination against {card.champion}"


def _figures(suite: Suite) -> str:
    if suite.figure is None or suite.low is None or suite.high is None:
        return ""
    return f"{suite.figure:.3f} ({suite.low:.3f} to {suite.high:.3f}), {suite.limit.words}; of {suite.count}"


def _sample_lines(sample: Sample) -> list[str]:
    shown = (("asked", sample.question), ("candidate", sample.candidate), ("champion", sample.champion))
    head = f"    · {sample.words}" if sample.words else "    ·"
    return [head, *(f"      {name}: {_short(text)}" for name, text in shown)]


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 100 else line[:99] + "…"


def _row(suite: Suite) -> str:
    figure = "" if suite.figure is None else f"{suite.figure:.3f}"
    interval = "" if suite.low is None or suite.high is None else f"{suite.low:.3f} to {suite.high:.3f}"
    cells = (f"{suite.name}: {suite.question}", figure, interval, suite.limit.words, str(suite.count), suite.words)
    told = "".join(f"<td>{escape(cell)}</td>" for cell in cells)
    return f'<tr><td class="{suite.verdict}" title="{suite.verdict}">{_MARKS[suite.verdict]}</td>{told}</tr>'


def _samples(suite: Suite) -> str:
    return f"<details><summary>{escape(suite.name)}</summary>{''.join(map(_pair, suite.samples))}</details>"


def _pair(sample: Sample) -> str:
    return (
        f"<p><b>{escape(sample.question)}</b> {escape(sample.words)}</p>"
        f'<div class="pair"><pre title="candidate">{escape(sample.candidate)}</pre>'
        f'<pre title="champion">{escape(sample.champion)}</pre></div>'
    )
