"""Homespun's own engine: continuous batching over OpenVINO's paged attention, in a process of its own."""

from .client import HostedEngine, JoinedEngine, OpenVinoEngine
from .host import hosted_engine, in_a_thread, socket_path
from .quantize import Precision
from .settings import Settings

__all__ = [
    "HostedEngine",
    "JoinedEngine",
    "OpenVinoEngine",
    "Precision",
    "Settings",
    "hosted_engine",
    "in_a_thread",
    "socket_path",
]
