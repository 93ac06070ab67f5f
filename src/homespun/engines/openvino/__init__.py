"""Homespun's own engine: continuous batching over OpenVINO's paged attention, in a process of its own."""

from .client import JoinedEngine, OpenVinoEngine
from .host import hosted_engine
from .quantize import Precision
from .settings import Settings

__all__ = ["JoinedEngine", "OpenVinoEngine", "Precision", "Settings", "hosted_engine"]
