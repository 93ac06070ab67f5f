"""Downloads go on where they broke off, and stop where they must."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path

import httpx
import pytest

from homespun.core.errors import ModelNotFound, Refused, StorageFull, Unavailable
from homespun.models.download import download
from homespun.models.part import Part
from homespun.models.plan import Digest, RemoteFile
from homespun.models.settings import Settings
from homespun.models.web import open_client

from .file_server import FileServer, Served
from .tiny_models import sha256

CONTENT = bytes(range(256)) * 4096
SETTINGS = Settings(attempts=3, first_delay_s=0.001)


@pytest.fixture
async def client() -> AsyncGenerator[httpx.AsyncClient]:
    async with open_client(None) as opened:
        yield opened


def wanted(server: FileServer, *, size: int | None = len(CONTENT)) -> RemoteFile:
    return RemoteFile("weights", f"{server.url}/weights", Digest("sha256", sha256(CONTENT)), size)


def part_of(file: RemoteFile, folder: Path) -> Part:
    return Part(folder / "weights.part", file.digest)


async def fetch(client: httpx.AsyncClient, file: RemoteFile, folder: Path) -> bytes:
    part = part_of(file, folder)
    await download(client, file, part, SETTINGS, lambda _: None)
    return part.path.read_bytes()


async def test_a_file_comes_whole(server: FileServer, client: httpx.AsyncClient, tmp_path: Path) -> None:
    server.pages["/weights"] = Served(CONTENT)
    assert await fetch(client, wanted(server), tmp_path) == CONTENT


async def test_a_broken_connection_is_taken_up_again_at_the_byte_where_it_broke(
    server: FileServer, client: httpx.AsyncClient, tmp_path: Path
) -> None:
    server.pages["/weights"] = Served(CONTENT, hang_up_after=[100_000, 5])
    assert await fetch(client, wanted(server), tmp_path) == CONTENT
    assert [request.headers.get("range") for request in server.requests] == [None, "bytes=100000-", "bytes=100005-"]
    assert server.requests[1].headers["if-range"] == '"one"'


async def test_a_killed_download_is_taken_up_by_the_next_process(
    server: FileServer, client: httpx.AsyncClient, tmp_path: Path
) -> None:
    page = server.pages["/weights"] = Served(CONTENT, hang_up_after=[70_000, 0, 0])
    with pytest.raises(Unavailable, match="goes on from there"):
        await fetch(client, wanted(server), tmp_path)
    assert page.hang_up_after == []
    assert await fetch(client, wanted(server), tmp_path) == CONTENT
    assert server.requests[-1].headers["range"] == "bytes=70000-"


async def test_a_server_without_ranges_makes_it_start_over(
    server: FileServer, client: httpx.AsyncClient, tmp_path: Path
) -> None:
    server.pages["/weights"] = Served(CONTENT, ranges=False, hang_up_after=[100_000])
    assert await fetch(client, wanted(server), tmp_path) == CONTENT
    assert "range" in server.requests[1].headers


async def test_another_version_on_the_server_makes_it_start_over(
    server: FileServer, client: httpx.AsyncClient, tmp_path: Path
) -> None:
    file = wanted(server)
    part = part_of(file, tmp_path)
    part.restart('"older"')
    part.append(b"bytes of an older version")
    server.pages["/weights"] = Served(CONTENT)
    assert await fetch(client, file, tmp_path) == CONTENT


async def test_bytes_of_another_file_are_not_gone_on_with(
    server: FileServer, client: httpx.AsyncClient, tmp_path: Path
) -> None:
    Part(tmp_path / "weights.part", Digest("sha256", "0" * 64)).append(b"something else")
    server.pages["/weights"] = Served(CONTENT)
    assert await fetch(client, wanted(server), tmp_path) == CONTENT
    assert "range" not in server.requests[0].headers


async def test_bytes_without_a_note_are_thrown_away(
    server: FileServer, client: httpx.AsyncClient, tmp_path: Path
) -> None:
    (tmp_path / "weights.part").write_bytes(b"whatever")
    server.pages["/weights"] = Served(CONTENT)
    assert await fetch(client, wanted(server), tmp_path) == CONTENT


async def test_a_file_of_unknown_size_comes_whole(
    server: FileServer, client: httpx.AsyncClient, tmp_path: Path
) -> None:
    server.pages["/weights"] = Served(CONTENT, hang_up_after=[1000])
    assert await fetch(client, wanted(server, size=None), tmp_path) == CONTENT


async def test_a_busy_server_is_asked_again(server: FileServer, client: httpx.AsyncClient, tmp_path: Path) -> None:
    server.pages["/weights"] = Served(CONTENT, refuse=[503, 429], headers={"retry-after": "0"})
    assert await fetch(client, wanted(server), tmp_path) == CONTENT


async def test_a_server_that_stays_busy_is_given_up(
    server: FileServer, client: httpx.AsyncClient, tmp_path: Path
) -> None:
    server.pages["/weights"] = Served(CONTENT, refuse=[503] * 9)
    with pytest.raises(Unavailable, match="503"):
        await fetch(client, wanted(server), tmp_path)
    assert len(server.requests) == SETTINGS.attempts


async def test_too_much_in_the_part_makes_it_start_over(
    server: FileServer, client: httpx.AsyncClient, tmp_path: Path
) -> None:
    file = wanted(server)
    part_of(file, tmp_path).append(CONTENT + b"and more")
    server.pages["/weights"] = Served(CONTENT)
    assert await fetch(client, file, tmp_path) == CONTENT


async def test_what_is_not_there_is_not_found(server: FileServer, client: httpx.AsyncClient, tmp_path: Path) -> None:
    with pytest.raises(ModelNotFound, match=r"127\.0\.0\.1 has no weights"):
        await fetch(client, wanted(server), tmp_path)
    assert len(server.requests) == 1


async def test_what_is_private_is_refused(server: FileServer, client: httpx.AsyncClient, tmp_path: Path) -> None:
    server.pages["/weights"] = Served(status=403)
    with pytest.raises(Refused, match="HF_TOKEN"):
        await fetch(client, wanted(server), tmp_path)


async def test_another_size_than_the_source_stated_is_refused(
    server: FileServer, client: httpx.AsyncClient, tmp_path: Path
) -> None:
    server.pages["/weights"] = Served(CONTENT + b"!")
    with pytest.raises(Unavailable, match="announces 1,048,577 bytes"):
        await fetch(client, wanted(server), tmp_path)


async def test_an_endless_answer_is_cut_off(server: FileServer, client: httpx.AsyncClient, tmp_path: Path) -> None:
    server.pages["/weights"] = Served(CONTENT * 3, chunked=True)
    with pytest.raises(Unavailable, match="sends more than the 1,048,576 bytes"):
        await fetch(client, wanted(server), tmp_path)
    assert (tmp_path / "weights.part").stat().st_size < 2 * len(CONTENT)
    server.pages["/weights"] = Served(CONTENT)
    assert await fetch(client, wanted(server), tmp_path) == CONTENT


async def test_a_host_that_is_not_there_is_named(client: httpx.AsyncClient, tmp_path: Path) -> None:
    file = RemoteFile("weights", "http://127.0.0.1:1/weights", Digest("sha256", "0" * 64), 5)
    with pytest.raises(Unavailable, match=r"127\.0\.0\.1 can't be reached"):
        await fetch(client, file, tmp_path)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
async def test_a_full_disk_is_said_in_words(server: FileServer, client: httpx.AsyncClient, tmp_path: Path) -> None:
    server.pages["/weights"] = Served(CONTENT)
    (tmp_path / "weights.part").symlink_to("/dev/full")
    with pytest.raises(StorageFull, match="free"):
        await fetch(client, wanted(server), tmp_path)
