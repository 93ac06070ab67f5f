"""An improvement as a page for people: one file of HTML, with nothing to fetch."""

from .page import page
from .values import Improvement, Training
from .words import Language

__all__ = ["Improvement", "Language", "Training", "page"]
