"""The web app's files, from inside the package. What the build hashed may be kept for ever, the page itself never."""

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

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        call = Call(scope, receive, send)
        scope["homespun.route"] = "web"
        if call.method not in ("GET", "HEAD"):
            raise MethodNotAllowed
        if "/index.html" not in self._files:
            await call.answer(503, _NOT_BUILT, [(b"content-type", b"text/html; charset=utf-8"), *_SECURITY])
            return
        await self._serve(call, self._find(call.path))

    def _find(self, path: str) -> WebFile:
        """The page itself for addresses that the app routes on its own. Raises `NotFound` for missing files."""
        if path in self._files:
            return self._files[path]
        if "." in path.rpartition("/")[2]:
            raise NotFound
        return self._files["/index.html"]

    async def _serve(self, call: Call, file: WebFile) -> None:
        headers = [
            *_SECURITY,
            (b"etag", file.etag),
            (b"cache-control", _lifetime(call.path)),
            (b"vary", b"accept-encoding"),
        ]
        if file.etag in call.headers.get(b"if-none-match", b""):
            await call.answer_empty(304, headers)
            return
        headers.append((b"content-type", _content_type(file.media_type)))
        body = file.content
        if file.media_type.startswith(_COMPRESSIBLE) and "gzip" in call.header("accept-encoding"):
            headers.append((b"content-encoding", b"gzip"))
            body = file.compressed
        await call.answer(200, body, headers)


def _lifetime(path: str) -> bytes:
    return b"public, max-age=31536000, immutable" if path.startswith(_HASHED) else b"no-cache"


def _content_type(media_type: str) -> bytes:
    charset = "; charset=utf-8" if media_type.startswith("text/") else ""
    return f"{media_type}{charset}".encode()
