"""The assistant makes the prompt of a turn and drives the engine. It must not know who pays, or any wire format."""

from homespun.assistant.assistant import Assistant
from homespun.assistant.settings import Settings

__all__ = ["Assistant", "Settings"]
