"""What `homespun doctor` looks at, in this order. A check changes nothing and says what it found, with the remedy."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from homespun.core.errors import HomespunError
from homespun.settings import Settings

from .data import data_directory
from .database import database
from .findings import Finding, Verdict
from .machine import packages, python, web_app
from .model import engine, model_files
from .port import port
from .regions import regions

__all__ = ["CHECKS", "Finding", "Verdict", "findings"]

CHECKS: tuple[Callable[[Settings], Finding], ...] = (
    python,
    packages,
    web_app,
    data_directory,
    database,
    regions,
    model_files,
    engine,
    port,
)


def findings(settings: Settings) -> Iterator[Finding]:
    """What each check found, as it is found."""
    for check in CHECKS:
        try:
            yield check(settings)
        except HomespunError as error:
            yield Finding(check.__name__.replace("_", " "), Verdict.BAD, error.message)
