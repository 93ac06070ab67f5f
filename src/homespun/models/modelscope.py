"""Plans a pull from ModelScope: lists a repository at one revision, with hashes."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlencode

import httpx

from homespun.core.errors import Unavailable

from .choosing import choose_files
from .plan import Digest, Plan, RemoteFile
from .source import ModelScopeSource, describe
from .web import get


async def plan(client: httpx.AsyncClient, endpoint: str, token: str | None, source: ModelScopeSource) -> Plan:
    """Raises `ModelNotFound`, `Refused` (private), `ModelUnreadable` (nothing to take) or `Unavailable`."""
    base = f"{endpoint}/api/v1/models/{source.repository}/repo"
    headers = _credentials(token)
    listing = f"{base}/files?{urlencode({'Revision': source.revision, 'Recursive': 'true'})}"
    answer = await get(client, listing, headers=headers, what=describe(source))
    files = _read(answer.json(), describe(source))
    return Plan(
        tuple(
            _remote_file(name, files[name], f"{base}?{_query(source, name)}", headers)
            for name in choose_files(files, source.file)
        )
    )


def _credentials(token: str | None) -> dict[str, str]:
    """This API knows people by a cookie; parts of it have learnt the usual header."""
    return {"authorization": f"Bearer {token}", "cookie": f"m_session_id={token}"} if token else {}


def _query(source: ModelScopeSource, path: str) -> str:
    return urlencode({"Revision": source.revision, "FilePath": path})


def _read(found: Any, what: str) -> dict[str, dict[str, Any]]:
    try:
        return {str(file["Path"]): file for file in found["Data"]["Files"] if file.get("Type") != "tree"}
    except (KeyError, TypeError, AttributeError):
        raise Unavailable(f"The hub's answer about {what} makes no sense. Is MODELSCOPE_DOMAIN right?") from None


def _remote_file(path: str, told: dict[str, Any], url: str, headers: dict[str, str]) -> RemoteFile:
    try:
        digest, size = Digest("sha256", str(told["Sha256"]).lower()), int(told["Size"])
    except (KeyError, TypeError, ValueError):
        raise Unavailable(f"The hub states no hash or no size for {path}, so it can't be verified.") from None
    return RemoteFile(PurePosixPath(path).name, url, digest, size, headers)
