"""A load generator for any OpenAI-compatible server: what it sends, how it listens, what it makes of it.

It must know nothing of Homespun's server; it is as fair to every other one.
"""

from .exchange import Address
from .figures import LevelFigures, Spread
from .generator import Level, Target, measure_level, size_prompts
from .prompts import Prompts
from .refusal import refusal_in_words

__all__ = [
    "Address",
    "Level",
    "LevelFigures",
    "Prompts",
    "Spread",
    "Target",
    "measure_level",
    "refusal_in_words",
    "size_prompts",
]
