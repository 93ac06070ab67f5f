"""What people said of answers becomes labels that one can train on."""

from .curate import Curated, curate
from .labels import Demonstration, Label, Pair, Source, Thumbed, labels_of
from .pseudonyms import Pseudonyms
from .settings import Settings
from .splits import Split, SplitBy, Splits, split

__all__ = [
    "Curated",
    "Demonstration",
    "Label",
    "Pair",
    "Pseudonyms",
    "Settings",
    "Source",
    "Split",
    "SplitBy",
    "Splits",
    "Thumbed",
    "curate",
    "labels_of",
    "split",
]
