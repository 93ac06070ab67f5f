"""Commands for people at a terminal. Each lives in a file of its name; `app.py` is the list of them.

What a command needs beyond its options it imports when it runs, so that `homespun --help` comes at once. This package
must not decide anything that another door would decide differently.
"""

from .app import app, main

__all__ = ["app", "main"]
