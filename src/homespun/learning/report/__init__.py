"""An improvement as a page for people: one file of HTML, with nothing to fetch."""

from .gathering import manifest_of, page_of
from .page import page
from .values import Improvement, Training
from .words import Language

__all__ = ["Improvement", "Language", "Training", "manifest_of", "page", "page_of"]
