"""Pictures of a report, as SVG that takes its colours from the page."""

from __future__ import annotations

from collections.abc import Sequence

_WIDTH, _HEIGHT = 640, 200
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 12, 12, 26
_BAR = 220
_SMOOTHED = 0.75
"""How much of the smoothed curve stays from one step to the next."""


def curve(values: Sequence[float], *, label: str, step: str) -> str:
    """The values, step by step, and a smoothed line over them."""
    low, high = min(values), max(values)
    low, high = (low, high) if high > low else (low - 0.5, high + 0.5)

    def at(number: int, value: float) -> str:
        x = _LEFT + (_WIDTH - _LEFT - _RIGHT) * number / max(len(values) - 1, 1)
        y = _TOP + (_HEIGHT - _TOP - _BOTTOM) * (high - value) / (high - low)
        return f"{x:.1f},{y:.1f}"

    def line(points: Sequence[float]) -> str:
        return " ".join(at(number, value) for number, value in enumerate(points))

    bottom = _HEIGHT - _BOTTOM
    ticks = "".join(
        f'<line class="grid" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        f'<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{value:.2f}</text>'
        for value in (low, (low + high) / 2, high)
        for y in [float(at(0, value).split(",")[1])]
    )
    area = f"{_LEFT},{bottom} {line(_smooth(values))} {_WIDTH - _RIGHT},{bottom}"
    return (
        f'<svg class="curve" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{label}">{ticks}'
        f'<polygon class="area" points="{area}"/><polyline class="raw" points="{line(values)}"/>'
        f'<polyline class="smooth" points="{line(_smooth(values))}"/>'
        f'<text x="{_LEFT}" y="{_HEIGHT - 6}">1</text>'
        f'<text x="{_WIDTH - _RIGHT}" y="{_HEIGHT - 6}" text-anchor="end">{len(values)} {step}</text></svg>'
    )


def interval(low: float, figure: float, high: float, *, limits: Sequence[float], label: str) -> str:
    """A figure between its bounds on a scale from 0, its limits marked."""
    top = max(1.0, high, *limits) if limits else max(1.0, high)
    low, high = max(low, 0.0), min(high, top)

    def x(value: float) -> str:
        return f"{4 + (_BAR - 8) * min(max(value, 0.0), top) / top:.1f}"

    marks = "".join(f'<line class="limit" x1="{x(each)}" x2="{x(each)}" y1="3" y2="21"/>' for each in limits)
    return (
        f'<svg class="interval" viewBox="0 0 {_BAR} 24" role="img" aria-label="{label}">'
        f'<line class="rail" x1="4" x2="{_BAR - 4}" y1="12" y2="12"/>{marks}'
        f'<line class="span" x1="{x(low)}" x2="{x(high)}" y1="12" y2="12"/>'
        f'<circle cx="{x(figure)}" cy="12" r="5"/></svg>'
    )


def _smooth(values: Sequence[float]) -> list[float]:
    """An exponential moving average, corrected for its beginning (Kingma and Ba 2015)."""
    smoothed, total, weight = [], 0.0, 0.0
    for value in values:
        total = _SMOOTHED * total + (1 - _SMOOTHED) * value
        weight = _SMOOTHED * weight + (1 - _SMOOTHED)
        smoothed.append(total / weight)
    return smoothed
