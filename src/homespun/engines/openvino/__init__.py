"""Homespun's own engine: continuous batching over OpenVINO's paged attention, in a process of its own."""

from .client import OpenVinoEngine
from .quantize import Precision
from .settings import Settings

__all__ = ["OpenVinoEngine", "Precision", "Settings"]
