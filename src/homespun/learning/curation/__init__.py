"""What people said of answers becomes labels that one can train on."""

from .labels import Demonstration, Label, Pair, Source, Thumbed, labels_of
from .pseudonyms import Pseudonyms
from .settings import Settings

__all__ = [
    "Demonstration",
    "Label",
    "Pair",
    "Pseudonyms",
    "Settings",
    "Source",
    "Thumbed",
    "labels_of",
]
