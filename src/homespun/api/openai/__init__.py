"""OpenAI's API: its JSON comes in here and stops here. See `homespun.api.openai.door` for the routes."""

from homespun.api.openai.door import OpenAIDoor

__all__ = ["OpenAIDoor"]
