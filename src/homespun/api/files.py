"""The web app's files, from inside the package. What the build hashed may be kept for ever, the page itself never.

Whatever nothing is known of ends here too. A browser is shown the page then, which says that nothing is here; a program
is told so in JSON. For both it is a 404.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from homespun.core.errors import NotFound

from .asgi import Headers, Receive, Scope, Send
from .call import Call
from .errors import MethodNotAllowed
from .pages import is_page

WEB_APP = Path(__file__).parent.parent / "web_app"

_SECURITY: Headers = (
    (
        b"content-security-policy",
        b"default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:;"
        b" object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)
"""Images come from here alone: an answer that shows one from elsewhere would tell that server what was said."""

_NOT_BUILT = b"""<!doctype html>
<meta charset="utf-8">
<title>Homespun</title>
<h1>The server is running; the web app has not been built.</h1>
<p>In the source folder, <code>make run</code> builds and serves it. The API works: see docs/reference/api.md.</p>
"""
_HASHED = "/assets/"
_COMPRESSIBLE = ("text/", "application/javascript", "application/json", "image/svg+xml")


@dataclass(frozen=True)
class WebFile:
    """A file of the web app; read when it is first asked for."""

    path: Path

    @cached_property
    def content(self) -> bytes:
        """Its bytes. Raises `NotFound` where a newer build has taken it away since the server started."""
        try:
            return self.path.read_bytes()
        except FileNotFoundError:
            raise NotFound("This file was part of an older build. Load the page again.") from None

    @cached_property
    def compressed(self) -> bytes:
        """Its bytes, gzipped."""
        return gzip.compress(self.content, mtime=0)

    @cached_property
    def etag(self) -> bytes:
        """Changes with the content."""
        return b'"%b"' % hashlib.sha256(self.content).hexdigest()[:20].encode()

    @cached_property
    def media_type(self) -> str:
        """By its name."""
        return mimetypes.guess_type(self.path.name)[0] or "application/octet-stream"


class FilesDoor:
    """Serves the files that were there when the server started, and no others: no path of a client is ever opened."""

    def __init__(self, root: Path = WEB_APP) -> None:
        found = (path for path in sorted(root.rglob("*")) if path.is_file())
        self._files = {f"/{path.relative_to(root).as_posix()}": WebFile(path) for path in found}
        self._page = self._files.pop("/index.html", None)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        call = Call(scope, receive, send)
        scope["homespun.route"] = "web"
        is_there = call.path in self._files or is_page(call.raw_path)
        if not is_there and "text/html" not in call.header("accept"):
            raise NotFound(f"Nothing is at {call.path[:200]}. The API begins with /v1: see docs/reference/api.md.")
        if is_there and call.method not in ("GET", "HEAD"):
            raise MethodNotAllowed
        file = self._files.get(call.path, self._page)
        if file is None:
            await call.answer(503, _NOT_BUILT, [(b"content-type", b"text/html; charset=utf-8"), *_SECURITY])
        elif is_there:
            await self._serve(call, file)
        else:
            await self._serve_unknown(call, file)

    async def _serve(self, call: Call, file: WebFile) -> None:
        headers = [
            *_SECURITY,
            (b"etag", file.etag),
            (b"cache-control", _lifetime(call.path)),
            (b"vary", b"accept-encoding"),
        ]
        if file.etag in call.headers.get(b"if-none-match", b""):
            await call.answer_empty(304, headers)
        else:
            await _answer(call, 200, file, headers)

    async def _serve_unknown(self, call: Call, page: WebFile) -> None:
        headers = [*_SECURITY, (b"cache-control", b"no-store"), (b"vary", b"accept, accept-encoding")]
        await _answer(call, 404, page, headers)


async def _answer(call: Call, status: int, file: WebFile, headers: list[tuple[bytes, bytes]]) -> None:
    headers.append((b"content-type", _content_type(file.media_type)))
    body = file.content
    if file.media_type.startswith(_COMPRESSIBLE) and "gzip" in call.header("accept-encoding"):
        headers.append((b"content-encoding", b"gzip"))
        body = file.compressed
    await call.answer(status, body, headers)


def _lifetime(path: str) -> bytes:
    return b"public, max-age=31536000, immutable" if path.startswith(_HASHED) else b"no-cache"


def _content_type(media_type: str) -> bytes:
    charset = "; charset=utf-8" if media_type.startswith("text/") else ""
    return f"{media_type}{charset}".encode()
