"""GET /v1/models."""

from __future__ import annotations

import openai
import pytest

from tests.ring.houses import MODEL, Home


async def test_anonymous_is_turned_away(at_home: Home) -> None:
    async with at_home.client() as client:
        assert (await client.get("/v1/models")).status_code == 401
        assert (await client.get(f"/v1/models/{MODEL}")).status_code == 401


async def test_a_stranger_is_turned_away(at_home: Home) -> None:
    async with at_home.sdk("sk-homespun-stranger") as stranger:
        with pytest.raises(openai.AuthenticationError):
            await stranger.models.list()


async def test_lists_the_models_that_answer(sdk: openai.AsyncOpenAI) -> None:
    models = [model async for model in sdk.models.list()]
    assert [(model.id, model.object, model.owned_by) for model in models] == [(MODEL, "model", "homespun")]


async def test_tells_of_one(sdk: openai.AsyncOpenAI) -> None:
    assert (await sdk.models.retrieve(MODEL)).id == MODEL


@pytest.mark.parametrize("name", ["gpt-9", "some/org-model", "a b"])
async def test_one_that_is_not_here_is_not_found(sdk: openai.AsyncOpenAI, name: str) -> None:
    with pytest.raises(openai.NotFoundError) as caught:
        await sdk.models.retrieve(name)
    assert caught.value.code == "model_not_found"


async def test_a_revoked_key_is_turned_away_at_once(at_home: Home, sdk: openai.AsyncOpenAI) -> None:
    await sdk.models.retrieve(MODEL)
    await at_home.house.accounts.revoke_key("test")
    with pytest.raises(openai.AuthenticationError):
        await sdk.models.retrieve(MODEL)
