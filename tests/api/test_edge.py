"""Every error has OpenAI's shape, but for the web app's API; every response an id."""

from __future__ import annotations

import logging

import httpx
import pytest

from homespun.api.edge import Edge
from homespun.api.metrics import Metrics
from tests.fixed_engines import FixedEngines
from tests.patience import PATIENCE_S
from tests.ring.houses import Home, served


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/v1/nothing", 404, "not_found"),
        ("GET", "/v1/", 404, "not_found"),
        ("GET", "/v1", 404, "not_found"),
        ("GET", "/v1/chat/completions", 405, "method_not_allowed"),
        ("DELETE", "/v1/models", 405, "method_not_allowed"),
        ("PUT", "/v1/completions", 405, "method_not_allowed"),
        ("GET", "/v1/models", 401, "invalid_api_key"),
        ("GET", "/v1/models/puppet", 401, "invalid_api_key"),
        ("GET", "/tokenizer_info", 404, "not_found"),
        ("POST", "/chat/completions", 404, "not_found"),
        ("GET", "/health/else", 404, "not_found"),
    ],
)
async def test_errors_have_openai_s_shape(at_home: Home, method: str, path: str, status: int, code: str) -> None:
    async with at_home.client() as client:
        response = await client.request(method, path)
    assert response.status_code == status
    error = response.json()["error"]
    assert set(error) == {"message", "type", "param", "code"}
    assert error["code"] == code
    assert response.headers["x-request-id"]


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/nonsense", "/api/console/nonsense"])
async def test_errors_of_the_web_app_s_api_have_its_own(at_home: Home, path: str) -> None:
    async with at_home.client() as client:
        response = await client.get(path, headers={"accept": "text/html"})
    assert response.status_code == 404
    assert response.json()["error"].keys() == {"code", "message", "param"}


@pytest.mark.parametrize("given", ["trace-1.a_B", "x" * 64])
async def test_a_plain_request_id_of_the_client_s_is_given_back(at_home: Home, given: str) -> None:
    async with at_home.client() as client:
        response = await client.get("/v1/models", headers={"x-request-id": given})
    assert response.headers["x-request-id"] == given


@pytest.mark.parametrize("given", ["", "a b", "x" * 65, "<script>", "ä"])
async def test_any_other_is_replaced(at_home: Home, given: str) -> None:
    async with at_home.client() as client:
        response = await client.get("/v1/models", headers={b"x-request-id": given.encode()})
    assert response.headers["x-request-id"].startswith("req_")


@pytest.mark.parametrize("path", ["/v1/models", "/api/me"])
async def test_a_fault_of_ours_is_a_500_that_tells_nothing_and_a_log_line_that_tells_all(
    path: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(*_: object) -> None:
        raise ZeroDivisionError("the secret is 42")

    async with (
        served(Edge(broken, Metrics(FixedEngines({})))) as url,
        httpx.AsyncClient(base_url=url, timeout=PATIENCE_S) as client,
    ):
        with caplog.at_level(logging.ERROR):
            response = await client.get(path)
    assert response.status_code == 500
    assert response.json()["error"]["code"] == "internal_error"
    assert "42" not in response.text
    assert response.headers["x-request-id"] in caplog.text
    assert "the secret is 42" in caplog.text
