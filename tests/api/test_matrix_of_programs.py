"""Every address for programs against every kind of caller, with ids of their own, of another's, and of nobody's.

What is expected follows from the table below and from what keys are for; nothing from the handlers. An address that
isn't named fails.
"""

from __future__ import annotations

import re

import httpx
import pytest

from homespun.accounts import Person, Scope
from homespun.api.openai.door import OpenAIDoor
from tests.ring.houses import MODEL

from .calls import ANOTHER_S, IN, NOBODY_S, OWN, Name, in_process
from .matrix import BODIES, EXAMPLE, MARK, NOBODY, Identity, World

pytestmark = pytest.mark.asyncio(loop_scope="module")

SCOPES: dict[Name, Scope] = {
    ("POST", "/v1/chat/completions"): Scope.CHAT,
    ("POST", "/v1/completions"): Scope.CHAT,
    ("GET", "/v1/models"): Scope.MODELS,
    ("GET", "/v1/models/{model}"): Scope.MODELS,
    ("GET", "/v1/usage"): Scope.USAGE,
    ("POST", "/v1/files"): Scope.FINE_TUNING,
    ("GET", "/v1/files"): Scope.FINE_TUNING,
    ("GET", "/v1/files/{file_id}"): Scope.FINE_TUNING,
    ("DELETE", "/v1/files/{file_id}"): Scope.FINE_TUNING,
    ("GET", "/v1/files/{file_id}/content"): Scope.FINE_TUNING,
    ("POST", "/v1/fine_tuning/jobs"): Scope.FINE_TUNING,
    ("GET", "/v1/fine_tuning/jobs"): Scope.FINE_TUNING,
    ("GET", "/v1/fine_tuning/jobs/{job_id}"): Scope.FINE_TUNING,
    ("POST", "/v1/fine_tuning/jobs/{job_id}/cancel"): Scope.FINE_TUNING,
    ("POST", "/v1/fine_tuning/jobs/{job_id}/pause"): Scope.FINE_TUNING,
    ("POST", "/v1/fine_tuning/jobs/{job_id}/resume"): Scope.FINE_TUNING,
    ("GET", "/v1/fine_tuning/jobs/{job_id}/events"): Scope.FINE_TUNING,
    ("GET", "/v1/fine_tuning/jobs/{job_id}/checkpoints"): Scope.FINE_TUNING,
}
"""What each address for programs needs. One that isn't named fails."""

PAUSED_ALREADY: Name = ("POST", "/v1/fine_tuning/jobs/{job_id}/pause")
"""Jobs here are paused, so that nothing works on them; the owner is told that they are."""


@pytest.mark.parametrize("name", sorted(SCOPES), ids=lambda name: " ".join(name))
async def test_programs_get_what_their_key_is_for(world: World, name: Name) -> None:
    """Under /v1 keys count and sessions don't."""
    async with in_process(world) as client:
        addresses = await _addresses_for_programs(world, name, world.vic)
        before = world.digest()
        for who in world.identities.values():
            for position, address in addresses.items():
                status = _for_programs(name, who, position)
                if status != IN:
                    answer = await _sent(client, world, name, who, address)
                    assert answer.status_code == status, (who.name, position, answer.text)
                    assert MARK not in answer.text, (who.name, position)
        assert world.digest() == before
        for who in world.identities.values():
            if who.person and _for_programs(name, who, OWN) == IN:
                address = (await _addresses_for_programs(world, name, who.person))[ANOTHER_S]
                answer = await _sent(client, world, name, who, address)
                assert answer.status_code == (409 if name == PAUSED_ALREADY else 200), (who.name, answer.text)
                assert MARK not in answer.text, who.name


async def test_every_address_under_v1_has_a_scope() -> None:
    assert OpenAIDoor(None).routes.names == set(SCOPES)  # type: ignore[arg-type]  # only the names are looked at


async def _addresses_for_programs(world: World, name: Name, owner: Person) -> dict[str, str]:
    """With things of the owner's, and with ids that are nothing's; without ids it is everybody's own."""
    kinds = [kind for kind in re.findall(r"{(\w+)}", name[1]) if kind != "model"]
    values = {kind: await world.made(kind, owner) for kind in kinds}
    if not kinds:
        return {ANOTHER_S if owner.id != world.vic.id else OWN: name[1].format(model=MODEL)}
    return {ANOTHER_S: name[1].format(**values), NOBODY_S: name[1].format(**dict.fromkeys(kinds, NOBODY))}


async def _sent(client: httpx.AsyncClient, world: World, name: Name, who: Identity, address: str) -> httpx.Response:
    if name == ("POST", "/v1/files"):
        form = {"files": {"file": ("examples.jsonl", EXAMPLE)}, "data": {"purpose": "fine-tune"}}
        return await client.post(address, headers=who.headers, **form)  # type: ignore[arg-type]
    body = BODIES.get(name)
    if body and "training_file" in body:
        is_in = who.person and _for_programs(name, who, OWN) == IN
        body = body | {"training_file": await world.made("file_id", who.person) if is_in and who.person else NOBODY}
    return await client.request(name[0], address, json=body, headers=who.headers)


def _for_programs(name: Name, who: Identity, position: str) -> int:
    scope = SCOPES[name]
    match who.name:
        case "owner's key":
            return IN if position == OWN else 404
        case "member's key":
            return 403 if scope is Scope.FINE_TUNING else IN
        case "key without scope":
            return IN if scope is Scope.MODELS else 403
        case "banned one's key" | "key from elsewhere":
            return 403
    return 401
