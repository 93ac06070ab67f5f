"""Is the port free, or who has it?"""

from __future__ import annotations

import os
from pathlib import Path

import httpx

from homespun.api import listen
from homespun.cli.configuration import web_address
from homespun.core.errors import Conflict
from homespun.settings import Settings

from .findings import Finding, Verdict, good

_LISTENING = "0A"
"""The state of a listening socket in Linux's /proc/net/tcp."""


def port(settings: Settings) -> Finding:
    """It can be listened on, or a Homespun does so already."""
    try:
        listen(settings.host, settings.port).close()
    except Conflict:
        return _taken(settings)
    return good("port", f"{settings.host}:{settings.port} is free")


def _taken(settings: Settings) -> Finding:
    where = f"{settings.host}:{settings.port}"
    if version := _homespun_at(web_address(settings.host, settings.port)):
        return good("port", f"Homespun {version} is serving on {where}")
    holder = listener_of(settings.port) or "another program"
    remedy = "Stop it, or choose another port with HOMESPUN_PORT or --port."
    return Finding("port", Verdict.BAD, f"{where} is taken by {holder}", remedy)


def _homespun_at(address: str) -> str | None:
    """The version of the Homespun that answers there."""
    try:
        answer = httpx.get(f"{address}/health", timeout=2).json()
        return str(answer["version"]) if {"status", "model", "version"} <= answer.keys() else None
    except (httpx.HTTPError, ValueError, AttributeError):
        return None


def listener_of(port: int) -> str | None:
    """The program that listens on a port, as far as this user may know; Linux only."""
    inodes = {f"socket:[{inode}]" for table in ("tcp", "tcp6") for inode in _listening_inodes(table, port)}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if any(os.readlink(descriptor) in inodes for descriptor in (process / "fd").iterdir()):
                return f"{(process / 'comm').read_text().strip()} (process {process.name})"
        except OSError:
            continue
    return None


def _listening_inodes(table: str, port: int) -> list[str]:
    try:
        rows = [line.split() for line in Path("/proc/net", table).read_text().splitlines()[1:]]
    except OSError:
        return []
    return [row[9] for row in rows if row[3] == _LISTENING and int(row[1].rpartition(":")[2], 16) == port]
