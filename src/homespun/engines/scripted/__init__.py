"""An engine that says what it is told to, for tests: of this package, and of whatever is built on it."""

from .engine import ScriptedEngine
from .script import Gate, Script, echo, last_words
from .words import count_words, prompt_text, word_id, words_of

__all__ = [
    "Gate",
    "Script",
    "ScriptedEngine",
    "count_words",
    "echo",
    "last_words",
    "prompt_text",
    "word_id",
    "words_of",
]
