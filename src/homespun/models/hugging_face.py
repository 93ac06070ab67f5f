"""Plans a pull from the Hugging Face hub, or a mirror with its API: lists a repository at one commit, with hashes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

import httpx

from homespun.core.errors import Unavailable

from .choosing import choose_files
from .plan import Digest, Plan, RemoteFile
from .source import HuggingFaceSource, describe
from .web import get


@dataclass(frozen=True, slots=True)
class _Repository:
    """One commit of a repository."""

    commit: str
    files: dict[str, dict[str, Any]]
    """What the hub says of each file, by its path."""


async def plan(client: httpx.AsyncClient, endpoint: str, token: str | None, source: HuggingFaceSource) -> Plan:
    """Raises `ModelNotFound`, `Refused` (private or gated), `ModelUnreadable` (nothing to take) or `Unavailable`."""
    headers = {"authorization": f"Bearer {token}"} if token else {}
    revision = quote(source.revision, safe="")
    url = f"{endpoint}/api/models/{source.repository}/revision/{revision}?blobs=true"
    answer = await get(client, url, headers=headers, what=describe(source))
    repository = _read(answer.json(), describe(source))
    base = f"{endpoint}/{source.repository}/resolve/{quote(repository.commit, safe='')}"
    return Plan(
        tuple(
            _remote_file(name, repository.files[name], base, headers)
            for name in choose_files(repository.files, source.file)
        )
    )


def _read(found: Any, what: str) -> _Repository:
    try:
        return _Repository(str(found["sha"]), {str(file["rfilename"]): file for file in found["siblings"]})
    except (KeyError, TypeError):
        raise Unavailable(f"The hub's answer about {what} makes no sense. Is HF_ENDPOINT right?") from None


def _remote_file(path: str, told: dict[str, Any], base: str, headers: dict[str, str]) -> RemoteFile:
    """The hub states a sha256 for large files, and git's own sha1 for small ones."""
    large = told.get("lfs")
    try:
        digest = Digest("sha256", str(large["sha256"])) if large else Digest("git", str(told["blobId"]))
        size = int(told["size"])
    except (KeyError, TypeError, ValueError):
        raise Unavailable(f"The hub states no hash or no size for {path}, so it can't be verified.") from None
    return RemoteFile(PurePosixPath(path).name, f"{base}/{quote(path)}", digest, size, headers)
