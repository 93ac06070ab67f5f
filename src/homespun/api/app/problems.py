"""Errors of the web app's API: whatever goes wrong, in the shape of a `ProblemEnvelope`."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from homespun.api.errors import MethodNotAllowed, headers_of, problem_json, status_of
from homespun.core.errors import HomespunError, Invalid, NotFound


def install(app: FastAPI) -> None:
    """Turns every kind of error that can end a call here into our shape."""
    app.add_exception_handler(HomespunError, _known)
    app.add_exception_handler(RequestValidationError, _misshapen)
    app.add_exception_handler(HTTPException, _by_status)
    app.add_exception_handler(Exception, _unforeseen)


async def _known(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HomespunError)
    headers = {name.decode(): value.decode() for name, value in headers_of(error)}
    return JSONResponse(problem_json(error), status_of(error), headers)


async def _misshapen(request: Request, error: Exception) -> JSONResponse:
    """The first thing that is wrong, with the path of its field."""
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    path = ".".join(str(step) for step in first["loc"][1:]) or None
    where = f"{path!r}: " if path else ""
    return await _known(request, Invalid(f"{where}{first['msg']}.", param=path))


async def _by_status(request: Request, error: Exception) -> JSONResponse:
    """What the framework raises of itself."""
    assert isinstance(error, HTTPException)
    match error.status_code:
        case 404:
            return await _known(request, NotFound())
        case 405:
            return await _known(request, MethodNotAllowed())
    return await _known(request, Invalid(f"{error.detail}."))


async def _unforeseen(request: Request, _: Exception) -> JSONResponse:
    """Answers; the edge logs it."""
    return await _known(request, HomespunError())
