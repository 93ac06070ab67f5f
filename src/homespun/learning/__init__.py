"""Turns what people said of answers into a better model."""
