"""Is this machine's Python, with what is installed in it, the right one?"""

from __future__ import annotations

import platform
import sys
from importlib.metadata import PackageNotFoundError, requires, version
from importlib.resources import files

from packaging.requirements import Requirement

from homespun.settings import Settings

from .findings import Finding, Verdict, good

_OLDEST, _NEWEST = (3, 11), (3, 14)
"""The versions of Python that OpenVINO has packages for."""


def python(settings: Settings) -> Finding:
    """A version that everything we need runs on."""
    said = f"Python {platform.python_version()} on {platform.system()} {platform.machine()}"
    if not _OLDEST <= sys.version_info[:2] <= _NEWEST:
        return Finding("python", Verdict.BAD, said, "Homespun needs Python 3.11 to 3.14. Make the environment anew.")
    return good("python", said)


def packages(settings: Settings) -> Finding:
    """Everything that Homespun requires is there, in a version that will do."""
    needed = [Requirement(line) for line in requires("homespun") or ()]
    wrong = [problem for requirement in needed if (problem := _problem(requirement))]
    if wrong:
        return Finding("packages", Verdict.BAD, "; ".join(wrong), "Install Homespun anew: `make run`, or pip.")
    return good("packages", f"all {len(needed)} are here, openvino {version('openvino')} among them")


def web_app(settings: Settings) -> Finding:
    """The web app is part of this installation."""
    if (files("homespun") / "web_app" / "index.html").is_file():
        return good("web app", "built")
    return Finding("web app", Verdict.BAD, "not built", "In a clone, `make web` builds it. The API works without it.")


def _problem(requirement: Requirement) -> str | None:
    if requirement.marker and not requirement.marker.evaluate():
        return None
    try:
        present = version(requirement.name)
    except PackageNotFoundError:
        return f"{requirement.name} is missing"
    if requirement.specifier.contains(present, prereleases=True):
        return None
    return f"{requirement.name} is {present}, not {requirement.specifier}"
