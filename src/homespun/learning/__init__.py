"""Turns what people said of answers into a better model."""

from homespun.learning.settings import Settings

__all__ = ["Settings"]
