"""Graders: how good an answer is, by rules that somebody wrote down, in the form that OpenAI gave them.

graders.py      the kinds there are, each with its score
templates.py    `{{ item.answer }}` and `{{ sample.output_text }}` in their texts
similarity.py   how alike two texts are
formulas.py     one score from several

All of it is pure calculation. It must not know HTTP, nor PyTorch.
"""

from .graders import Grader, Multi, Operation, Simple, StringCheck, TextSimilarity
from .similarity import Metric
from .templates import ItemPath, text_at

__all__ = [
    "Grader",
    "ItemPath",
    "Metric",
    "Multi",
    "Operation",
    "Simple",
    "StringCheck",
    "TextSimilarity",
    "text_at",
]
