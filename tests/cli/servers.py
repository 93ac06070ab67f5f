"""A real `homespun serve` in a process of its own, on a free port."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.patience import PATIENCE_S


@dataclass(frozen=True)
class RunningServer:
    """What it said of itself when it came up."""

    process: subprocess.Popen[str]
    address: str
    greeting: str


@contextmanager
def serving(*options: str) -> Iterator[RunningServer]:
    """Serves the environment's installation while the block lasts."""
    command = [sys.executable, "-m", "homespun", "serve", "--port", "0", *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        lines: list[str] = []
        while not lines or not lines[-1].startswith("Stop with"):
            line = process.stdout.readline()
            assert line, f"it ended after {lines}"
            lines.append(line)
        greeting = "".join(lines)
        address = re.search(r"http://[\d.:]+", greeting)
        assert address is not None
        yield RunningServer(process, address.group(), greeting)
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=PATIENCE_S)
