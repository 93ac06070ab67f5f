"""Examines a candidate against the champion, and writes a card that fails closed."""

from .card import Card, Limit, Sample, Suite, Verdict, read_card
from .checks import is_loop
from .examine import PARTS, Progress, examine
from .judging import Comparison, Judge, Nobody, Preference, RewardJudge
from .serving import GREEDY, Greedy
from .settings import Settings
from .showing import as_html, as_text

__all__ = [
    "GREEDY",
    "PARTS",
    "Card",
    "Comparison",
    "Greedy",
    "Judge",
    "Limit",
    "Nobody",
    "Preference",
    "Progress",
    "RewardJudge",
    "Sample",
    "Settings",
    "Suite",
    "Verdict",
    "as_html",
    "as_text",
    "examine",
    "is_loop",
    "read_card",
]
