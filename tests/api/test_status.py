"""/health says whether answers come; /metrics counts, for this machine and for those with a key."""

from __future__ import annotations

import httpx
import openai
import pytest

from homespun.engines import EngineState
from tests.ring.houses import MODEL, Home


async def test_health_is_200_when_the_engine_is_ready(at_home: Home) -> None:
    async with at_home.client() as client:
        response = await client.get("/health")
        assert (await client.head("/health")).status_code == 200
    assert response.status_code == 200
    assert {"status": "ready", "model": MODEL, "problem": None}.items() <= response.json().items()


@pytest.mark.parametrize("state", [state for state in EngineState if state is not EngineState.READY])
async def test_health_is_503_and_says_why_when_it_is_not(at_home: Home, state: EngineState) -> None:
    at_home.puppet.state = state
    async with at_home.client() as client:
        response = await client.get("/health")
    assert (response.status_code, response.json()["status"]) == (503, state.value)


async def test_metrics_count_requests_and_first_tokens(at_home: Home, sdk: openai.AsyncOpenAI) -> None:
    await sdk.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": "one"}])
    async with at_home.owner() as client:
        await client.get("/v1/models/none")
        await client.get("/v1/secret-path")
        figures = (await client.get("/metrics")).text
    assert 'homespun_requests_total{method="POST",route="/v1/chat/completions",status="200"} 1.0' in figures
    assert 'homespun_requests_total{method="GET",route="/v1/models/{model}",status="404"} 1.0' in figures
    assert "secret-path" not in figures
    assert "homespun_time_to_first_token_seconds_count 1.0" in figures
    assert f'homespun_engine_ready{{model="{MODEL}",release="1"}} 1.0' in figures
    assert f'homespun_engine_completion_tokens_total{{model="{MODEL}",release="1"}} 0.0' in figures


async def test_requests_of_the_web_app_are_counted_by_pattern(at_home: Home, browser: httpx.AsyncClient) -> None:
    await browser.get("/api/conversations/conv_1")
    figures = (await browser.get("/metrics")).text
    assert 'route="/api/conversations/{conversation_id}",status="404"' in figures
    assert "conv_1" not in figures


@pytest.mark.parametrize("headers", [{"x-forwarded-for": "203.0.113.7"}, {"forwarded": "for=203.0.113.7"}])
async def test_others_need_a_key_for_metrics(at_home: Home, headers: dict[str, str]) -> None:
    async with at_home.client() as anonymous, at_home.owner() as owner:
        assert (await anonymous.get("/metrics", headers=headers)).status_code == 401
        stranger = headers | {"authorization": "Bearer sk-homespun-stranger"}
        assert (await anonymous.get("/metrics", headers=stranger)).status_code == 401
        assert (await owner.get("/metrics", headers=headers)).status_code == 200


@pytest.mark.parametrize(("method", "path", "status"), [("POST", "/health", 405), ("GET", "/health/more", 404)])
async def test_nothing_else_is_there(at_home: Home, method: str, path: str, status: int) -> None:
    async with at_home.client() as client:
        assert (await client.request(method, path)).status_code == status
