"""Homespun: a ChatGPT of your own. Start reading at `homespun.serve`, the life of a message."""

__version__ = "0.1.0"
