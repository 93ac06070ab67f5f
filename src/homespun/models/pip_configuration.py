"""Reads single options of pip's configuration, so that somebody behind a mirror need not name it twice.

Needs no pip. The order is pip's own: the environment; PIP_CONFIG_FILE, this virtual environment, user, machine.
"""

from __future__ import annotations

import configparser
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

_FILE = "pip.ini" if sys.platform == "win32" else "pip.conf"
_SECTIONS = ("download", "install", "global")
"""A command's own section goes before the one for all."""


def pip_option(name: str, environment: Mapping[str, str]) -> str | None:
    """The value of an option such as `index-url`, or None. Files that can't be read are as good as absent."""
    if stated := environment.get("PIP_" + name.upper().replace("-", "_")):
        return stated.strip()
    for path in _files(environment):
        if found := _option(path, name):
            return found
    return None


def _option(path: Path, name: str) -> str | None:
    parser = configparser.RawConfigParser()
    try:
        parser.read(path, encoding="utf-8")
    except (configparser.Error, UnicodeDecodeError, OSError):
        return None
    for section in _SECTIONS:
        if found := parser.get(section, name, fallback="").strip():
            return found
    return None


def _files(environment: Mapping[str, str]) -> Iterator[Path]:
    stated = environment.get("PIP_CONFIG_FILE")
    if stated == os.devnull:
        return
    if stated:
        yield Path(stated)
    yield Path(sys.prefix, _FILE)
    yield from _of_the_user(environment)
    yield from _of_the_machine(environment)


def _of_the_user(environment: Mapping[str, str]) -> Iterator[Path]:
    home = Path(environment.get("HOME") or environment.get("USERPROFILE") or Path.home())
    if sys.platform == "win32":
        yield Path(environment.get("APPDATA") or home, "pip", _FILE)
    elif sys.platform == "darwin":
        yield home / "Library/Application Support/pip" / _FILE
    yield Path(environment.get("XDG_CONFIG_HOME") or home / ".config", "pip", _FILE)
    yield home / (".pip" if sys.platform != "win32" else "pip") / _FILE


def _of_the_machine(environment: Mapping[str, str]) -> Iterator[Path]:
    if sys.platform == "win32":
        yield Path(environment.get("PROGRAMDATA", "C:/ProgramData"), "pip", _FILE)
    elif sys.platform == "darwin":
        yield Path("/Library/Application Support/pip", _FILE)
    else:
        yield Path("/etc", _FILE)
        for folder in (environment.get("XDG_CONFIG_DIRS") or "/etc/xdg").split(os.pathsep):
            yield Path(folder, "pip", _FILE)
