"""Examines a candidate against the champion, and writes a card that fails closed."""
