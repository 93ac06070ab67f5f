"""Can it be told where people are, if the settings want it to be?"""

from __future__ import annotations

from homespun.core.errors import Invalid
from homespun.gate import Regions
from homespun.settings import Settings

from .findings import Finding, Verdict, good


def regions(settings: Settings) -> Finding:
    """The GeoIP file can be read and tells countries."""
    try:
        return good("regions", Regions(settings.gate).described)
    except Invalid as error:
        return Finding("regions", Verdict.BAD, error.message)
