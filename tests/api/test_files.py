"""The web app's files: only those, with headers that keep the page safe and fresh."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from homespun.api.edge import Edge
from homespun.api.files import FilesDoor
from homespun.api.metrics import Metrics
from homespun.api.pages import ACCOUNT_SECTIONS, CONSOLE_SECTIONS
from tests.fixed_engines import FixedEngines
from tests.patience import PATIENCE_S
from tests.ring.houses import served

PAGE = "<!doctype html><title>Homespun</title>"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    web_app = tmp_path / "web_app"
    (web_app / "assets").mkdir(parents=True)
    (web_app / "index.html").write_text(PAGE)
    (web_app / "assets" / "index-abc123.js").write_text("let a = 1;" * 1000)
    (web_app / "assets" / "font-abc123.woff2").write_bytes(b"\x00\x01")
    (tmp_path / "secret.txt").write_text("a treasure")
    return web_app


@pytest.fixture
async def client(root: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with (
        served(Edge(FilesDoor(root), Metrics(FixedEngines({})))) as url,
        httpx.AsyncClient(base_url=url, timeout=PATIENCE_S) as client,
    ):
        yield client


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/sign-in",
        "/invitation",
        "/c/conv_1",
        "/c/a%2Fb",
        "/projects/p",
        "/projects/p/new",
        "/account",
        "/account/teams/team_1",
        "/console/releases",
        "/console/people/",
    ],
)
async def test_every_address_of_the_app_is_the_page(client: httpx.AsyncClient, path: str) -> None:
    response = await client.get(path)
    assert (response.status_code, response.text) == (200, PAGE)
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert response.headers["cache-control"] == "no-cache"


NOWHERE = [
    "/tokenizer_info",
    "/chat/completions",
    "/anything/else",
    "/index.html",
    "/wp-login.php",
    "/c",
    "/c/conv_1/more",
    "/projects",
    "/projects/p/else",
    "/account/elsewhere",
    "/console/people/a/b",
    "/console/%E0%A4%A",
    "/assets/missing.js",
]


@pytest.mark.parametrize("path", NOWHERE)
@pytest.mark.parametrize("accept", ["*/*", "application/json"])
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_program_is_told_in_json_that_nothing_is_there(
    client: httpx.AsyncClient, method: str, path: str, accept: str
) -> None:
    response = await client.request(method, path, headers={"accept": accept})
    assert response.status_code == 404
    error = response.json()["error"]
    assert set(error) == {"message", "type", "param", "code"}
    assert (error["type"], error["code"]) == ("invalid_request_error", "not_found")
    assert "/v1" in error["message"]


@pytest.mark.parametrize("path", NOWHERE)
async def test_a_browser_is_shown_the_page_which_says_that_nothing_is_there(
    client: httpx.AsyncClient, path: str
) -> None:
    accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    response = await client.get(path, headers={"accept": accept})
    assert (response.status_code, response.text) == (404, PAGE)
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["vary"] == "accept, accept-encoding"
    assert "frame-ancestors 'none'" in response.headers["content-security-policy"]


def test_the_sections_are_those_that_the_web_app_has() -> None:
    router = (Path(__file__).parents[2] / "web" / "src" / "app" / "router.ts").read_text()
    for name, sections in (("ACCOUNT_SECTIONS", ACCOUNT_SECTIONS), ("CONSOLE_SECTIONS", CONSOLE_SECTIONS)):
        listed = router.partition(f"{name} = [")[2].partition("]")[0]
        assert set(re.findall('"(.+?)"', listed)) == sections


async def test_hashed_files_may_be_kept_for_ever(client: httpx.AsyncClient) -> None:
    response = await client.get("/assets/index-abc123.js")
    assert "immutable" in response.headers["cache-control"]
    assert response.headers["content-type"] == "text/javascript; charset=utf-8"


async def test_text_is_compressed_for_those_who_can_read_it(client: httpx.AsyncClient) -> None:
    compressed = await client.get("/assets/index-abc123.js", headers={"accept-encoding": "gzip"})
    assert compressed.headers["content-encoding"] == "gzip"
    assert int(compressed.headers["content-length"]) < 1000
    plain = await client.get("/assets/index-abc123.js", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.text == compressed.text == "let a = 1;" * 1000
    assert "content-encoding" not in (await client.get("/assets/font-abc123.woff2")).headers


async def test_what_the_browser_has_is_not_sent_again(client: httpx.AsyncClient) -> None:
    etag = (await client.get("/")).headers["etag"]
    again = await client.get("/", headers={"if-none-match": etag})
    assert (again.status_code, again.content) == (304, b"")


async def test_the_page_is_locked_down(client: httpx.AsyncClient) -> None:
    headers = (await client.get("/")).headers
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe-eval" not in policy
    assert "script-src" not in policy, "scripts fall under default-src: our own files and nothing else"
    assert (headers["x-content-type-options"], headers["x-frame-options"]) == ("nosniff", "DENY")


@pytest.mark.parametrize(
    "path",
    ["/assets/missing.js", "/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/assets/../../secret.txt"],
)
async def test_what_is_not_there_is_not_found(client: httpx.AsyncClient, path: str) -> None:
    response = await client.get(path)
    assert response.status_code == 404
    assert "treasure" not in response.text


async def test_files_are_only_read(client: httpx.AsyncClient) -> None:
    assert (await client.post("/")).status_code == 405


async def test_without_a_build_a_plain_page_says_what_to_do(tmp_path: Path) -> None:
    door = Edge(FilesDoor(tmp_path / "nothing"), Metrics(FixedEngines({})))
    async with served(door) as url, httpx.AsyncClient(base_url=url, timeout=PATIENCE_S) as client:
        response = await client.get("/")
        unknown = await client.get("/tokenizer_info")
    assert response.status_code == 503
    assert "make run" in response.text
    assert unknown.status_code == 404


async def test_a_file_that_a_newer_build_took_away_is_not_found(client: httpx.AsyncClient, root: Path) -> None:
    (root / "assets" / "index-abc123.js").unlink()
    response = await client.get("/assets/index-abc123.js")
    assert response.status_code == 404
    assert "older build" in response.text
