"""/v1/fine_tuning/jobs: create, list, look at, cancel, pause, resume, events, checkpoints. Each sees their own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from homespun.accounts import Caller, Scope
from homespun.api.backend import Backend
from homespun.api.call import Call
from homespun.api.openai.routing import Endpoint, Ids
from homespun.core.errors import Invalid
from homespun.tuning import TuningJob

from . import shown
from .files import Identify
from .paging import read_query
from .repeats import answer_once
from .wire import read_job

_USUAL_PAGE = 20
_USUAL_CHECKPOINTS = 10

Step = Callable[[str, str], Awaitable[TuningJob]]


class JobsEndpoints:
    """What can be done with fine-tuning jobs."""

    def __init__(self, backend: Backend, identify: Identify) -> None:
        """`identify` is asked once more when a body has come in: the key may have ended meanwhile."""
        self._backend = backend
        self._identify = identify

    @property
    def endpoints(self) -> Mapping[tuple[str, str], Endpoint]:
        """By method and pattern."""
        jobs = "/v1/fine_tuning/jobs"
        return {
            ("POST", jobs): self._create,
            ("GET", jobs): self._list,
            ("GET", f"{jobs}/{{job_id}}"): self._retrieve,
            ("POST", f"{jobs}/{{job_id}}/cancel"): self._cancel,
            ("POST", f"{jobs}/{{job_id}}/pause"): self._pause,
            ("POST", f"{jobs}/{{job_id}}/resume"): self._resume,
            ("GET", f"{jobs}/{{job_id}}/events"): self._events,
            ("GET", f"{jobs}/{{job_id}}/checkpoints"): self._checkpoints,
        }

    async def _create(self, call: Call, caller: Caller, _: Ids) -> None:
        caller.require(Scope.FINE_TUNING)
        body = await call.body(self._backend.settings)
        caller = await self._identify(call)
        caller.require(Scope.FINE_TUNING)
        new = read_job(body)

        async def create() -> object:
            return shown.job(await self._backend.desk.jobs.create(caller.person.id, new))

        await answer_once(call, self._backend, caller, body, create)

    async def _list(self, call: Call, caller: Caller, _: Ids) -> None:
        caller.require(Scope.FINE_TUNING)
        query = read_query(call.query, usual=_USUAL_PAGE, known=("metadata",))
        page = await self._backend.desk.jobs.page(
            caller.person.id, after=query.after, limit=query.limit, notes=query.metadata
        )
        await call.answer_json(shown.page([shown.job(one) for one in page.items], has_more=page.has_more))

    async def _retrieve(self, call: Call, caller: Caller, ids: Ids) -> None:
        await call.answer_json(shown.job(await self._own(caller, ids)))

    async def _cancel(self, call: Call, caller: Caller, ids: Ids) -> None:
        await self._moved(call, caller, ids, self._backend.desk.jobs.cancel)

    async def _pause(self, call: Call, caller: Caller, ids: Ids) -> None:
        await self._moved(call, caller, ids, self._backend.desk.jobs.pause)

    async def _resume(self, call: Call, caller: Caller, ids: Ids) -> None:
        await self._moved(call, caller, ids, self._backend.desk.jobs.resume)

    async def _events(self, call: Call, caller: Caller, ids: Ids) -> None:
        caller.require(Scope.FINE_TUNING)
        query = read_query(call.query, usual=_USUAL_PAGE)
        page = await self._backend.desk.jobs.events(
            caller.person.id, ids["job_id"], after=_number(query.after), limit=query.limit
        )
        await call.answer_json(shown.page([shown.event(one) for one in page.items], has_more=page.has_more))

    async def _checkpoints(self, call: Call, caller: Caller, ids: Ids) -> None:
        query = read_query(call.query, usual=_USUAL_CHECKPOINTS)
        made = shown.checkpoints(await self._own(caller, ids))
        await call.answer_json(shown.page([] if query.after else made, has_more=False))

    async def _own(self, caller: Caller, ids: Ids) -> TuningJob:
        caller.require(Scope.FINE_TUNING)
        return await self._backend.desk.jobs.one(caller.person.id, ids["job_id"])

    async def _moved(self, call: Call, caller: Caller, ids: Ids, step: Step) -> None:
        caller.require(Scope.FINE_TUNING)

        async def moved() -> object:
            return shown.job(await step(caller.person.id, ids["job_id"]))

        await answer_once(call, self._backend, caller, b"", moved)


def _number(event_id: str | None) -> int | None:
    if event_id is None:
        return None
    number = event_id.removeprefix("ftevent_")
    if not number.isdecimal():
        raise Invalid(f"There is no event {event_id[:100]!r}.", param="after")
    return int(number)
