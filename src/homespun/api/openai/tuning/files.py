"""/v1/files: upload, list, look at, read, delete. Each sees their own."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from homespun.accounts import Caller, Scope
from homespun.api.backend import Backend
from homespun.api.call import Call
from homespun.api.openai.routing import Endpoint, Ids
from homespun.core.errors import Invalid, NotFound, UnsupportedParameter
from homespun.store import storable_text
from homespun.tuning import Draft, Purpose

from . import shown
from .multipart import Multipart, Part
from .paging import read_query
from .repeats import answer_once

Identify = Callable[[Call], Awaitable[Caller]]

_USUAL_PAGE = 10_000
_LONGEST_FIELD = 1024
"""In bytes."""
_LONGEST_NAME = 255
_PIECE = 64 * 1024
_BINARY = (b"content-type", b"application/octet-stream")


@dataclass
class _Form:
    """The fields of an upload, but for what is in the file."""

    filename: str | None = None
    fields: dict[str, bytes] = field(default_factory=dict)

    def purpose(self) -> Purpose:
        """Raises `Invalid` and `UnsupportedParameter`, naming the field."""
        for name in self.fields:
            if name != "purpose":
                raise UnsupportedParameter(
                    f"There is no parameter {name[:100]!r} here. Leave it out.", param=name[:100]
                )
        if self.filename is None:
            raise Invalid("The required parameter 'file' is missing.", param="file")
        if self.fields.get("purpose") != Purpose.FINE_TUNE.value.encode():
            raise Invalid("Files are kept for the purpose 'fine-tune' here, and no other.", param="purpose")
        return Purpose.FINE_TUNE

    def name(self) -> str:
        """The file's, without folders and what can't be kept."""
        name = (self.filename or "").replace("\\", "/").rpartition("/")[2]
        return storable_text(name, "file")[:_LONGEST_NAME] or "file"


class FilesEndpoints:
    """What can be done with files."""

    def __init__(self, backend: Backend, identify: Identify) -> None:
        """`identify` is asked once more when a body has come in: the key may have ended meanwhile."""
        self._backend = backend
        self._identify = identify

    @property
    def endpoints(self) -> Mapping[tuple[str, str], Endpoint]:
        """By method and pattern."""
        return {
            ("POST", "/v1/files"): self._upload,
            ("GET", "/v1/files"): self._list,
            ("GET", "/v1/files/{file_id}"): self._retrieve,
            ("DELETE", "/v1/files/{file_id}"): self._delete,
            ("GET", "/v1/files/{file_id}/content"): self._content,
        }

    async def _upload(self, call: Call, caller: Caller, _: Ids) -> None:
        caller.require(Scope.FINE_TUNING)
        files = self._backend.desk.files
        async with files.receiving() as draft:
            form = await self._received(call, draft)
            purpose, name = form.purpose(), form.name()
            caller = await self._identify(call)
            caller.require(Scope.FINE_TUNING)

            async def keep() -> object:
                return shown.file(await files.keep(caller.person.id, draft, name=name, purpose=purpose))

            await answer_once(call, self._backend, caller, f"{purpose}\n{name}\n{draft.digest}".encode(), keep)

    async def _received(self, call: Call, draft: Draft) -> _Form:
        """Reads the body; the file goes to the draft as it comes."""
        multipart, form, current = Multipart(call.header("content-type")), _Form(), None
        async for piece in self._pieces(call):
            for found in multipart.feed(piece):
                if isinstance(found, Part):
                    current = found
                    _begin(form, current)
                elif current and current.name == "file":
                    await draft.write(found)
                elif current:
                    _extend(form, current, found)
        if not multipart.is_whole:
            raise Invalid("The body ends too early. Send it again.")
        return form

    def _pieces(self, call: Call) -> shown.Pieces:
        settings, tuning = self._backend.settings, self._backend.desk.settings
        largest = tuning.max_file_mb * 2**20 + 2**16  # the file, and what is around it
        return call.pieces(max_bytes=largest, pause_s=settings.body_pause_s, timeout_s=tuning.upload_timeout_s)

    async def _list(self, call: Call, caller: Caller, _: Ids) -> None:
        caller.require(Scope.FINE_TUNING)
        query = read_query(call.query, usual=_USUAL_PAGE, known=("purpose", "order"))
        order = query.given.get("order", "desc")
        if order not in ("asc", "desc"):
            raise Invalid("'order' is 'asc' or 'desc'.", param="order")
        page = await self._backend.desk.files.page(
            caller.person.id,
            purpose=query.given.get("purpose"),
            after=query.after,
            limit=query.limit,
            ascending=order == "asc",
        )
        await call.answer_json(shown.page([shown.file(one) for one in page.items], has_more=page.has_more))

    async def _retrieve(self, call: Call, caller: Caller, ids: Ids) -> None:
        caller.require(Scope.FINE_TUNING)
        await call.answer_json(shown.file(await self._backend.desk.files.one(caller.person.id, ids["file_id"])))

    async def _delete(self, call: Call, caller: Caller, ids: Ids) -> None:
        caller.require(Scope.FINE_TUNING)

        async def delete() -> object:
            await self._backend.desk.files.delete(caller.person.id, ids["file_id"])
            return {"id": ids["file_id"], "object": "file", "deleted": True}

        await answer_once(call, self._backend, caller, b"", delete)

    async def _content(self, call: Call, caller: Caller, ids: Ids) -> None:
        caller.require(Scope.FINE_TUNING)
        file = await self._backend.desk.files.one(caller.person.id, ids["file_id"])
        try:
            content = await asyncio.to_thread(self._backend.desk.files.path(file.digest).open, "rb")
        except FileNotFoundError:
            raise NotFound("What was in this file isn't on this machine any more. Upload it again.") from None
        with content:
            await call.begin(200, (_BINARY, (b"content-length", str(file.size_bytes).encode())))
            while piece := await asyncio.to_thread(content.read, _PIECE):
                await call.write(piece)
        await call.write(b"", is_last=True)


def _begin(form: _Form, part: Part) -> None:
    if part.name != "file":
        form.fields[part.name] = b""
    elif form.filename is not None:
        raise Invalid("There are two files in it. Upload one at a time.", param="file")
    else:
        form.filename = part.filename or "file"


def _extend(form: _Form, part: Part, content: bytes) -> None:
    form.fields[part.name] += content
    if len(form.fields[part.name]) > _LONGEST_FIELD:
        raise Invalid(f"The field {part.name[:100]!r} is too long.", param=part.name[:100])
