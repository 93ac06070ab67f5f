"""What somebody sees and changes of themselves: profile, password, sessions."""

from __future__ import annotations

import pytest

from homespun.accounts import Device, Role
from tests.ring.houses import Home

from .people import signed_in

pytestmark = pytest.mark.asyncio(loop_scope="module")

PASSWORD = "correct horse battery"


async def test_tells_who_is_signed_in(long_at_home: Home) -> None:
    async with signed_in(long_at_home, "Anna") as anna, signed_in(long_at_home, "Ada", Role.ADMIN) as ada:
        hers = (await anna.browser.get("/api/me")).json()
        assert hers["id"] == anna.person.id
        assert (hers["name"], hers["role"], hers["kind"]) == ("Anna", "member", "person")
        assert (hers["email"], hers["has_password"], hers["is_admin"]) == (None, False, False)
        assert (await ada.browser.get("/api/me")).json()["is_admin"] is True


async def test_changes_only_what_is_given(long_at_home: Home) -> None:
    async with signed_in(long_at_home, "Anna") as anna:
        changed = await anna.browser.patch("/api/me", json={"locale": "zh-CN"})
        assert (changed.json()["name"], changed.json()["locale"]) == ("Anna", "zh-CN")
        await anna.browser.patch("/api/me", json={"name": "Anna B."})
        assert (await anna.browser.get("/api/me")).json()["name"] == "Anna B."


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"name": "a\0b"}, "name"),
        ({"locale": "'; DROP TABLE people; --"}, "locale"),
        ({"role": "owner"}, "role"),
        ({"id": "person_1"}, "id"),
        ({"is_admin": True}, "is_admin"),
    ],
)
async def test_nonsense_and_what_is_not_theirs_to_change_is_refused(
    long_at_home: Home, change: dict[str, object], param: str
) -> None:
    async with signed_in(long_at_home, "Anna") as anna:
        before = (await anna.browser.get("/api/me")).json()
        refused = await anna.browser.patch("/api/me", json=change)
        assert (refused.status_code, refused.json()["error"]["param"]) == (400, param)
        assert (await anna.browser.get("/api/me")).json() == before


async def test_a_password_is_set_and_changed_by_whoever_knows_the_old_one(long_at_home: Home) -> None:
    async with signed_in(long_at_home, "Anna") as anna:
        assert (await anna.browser.post("/api/me/password", json={"new": PASSWORD})).status_code == 204
        assert (await anna.browser.get("/api/me")).json()["has_password"] is True
        wrong = await anna.browser.post("/api/me/password", json={"old": "guessed it", "new": "x" * 12})
        assert (wrong.status_code, wrong.json()["error"]["code"]) == (401, "sign_in_failed")
        right = await anna.browser.post("/api/me/password", json={"old": PASSWORD, "new": "x" * 12})
        assert right.status_code == 204


async def test_a_short_password_is_refused(long_at_home: Home) -> None:
    async with signed_in(long_at_home, "Anna") as anna:
        refused = await anna.browser.post("/api/me/password", json={"new": "short"})
        assert (refused.status_code, refused.json()["error"]["param"]) == (400, "password")


async def test_lists_sessions_and_ends_one_of_them_and_all_others(long_at_home: Home) -> None:
    sessions = long_at_home.house.accounts.sessions
    async with signed_in(long_at_home, "Anna") as anna:
        async with long_at_home.house.store.write() as session:
            for number in range(3):
                sessions.start(session, anna.person.id, Device(f"192.0.2.{number}", "phone"))
        listed = (await anna.browser.get("/api/me/sessions")).json()
        assert [one["is_current"] for one in listed].count(True) == 1
        other = next(one for one in listed if not one["is_current"])
        assert (other["user_agent"], other["address"][:8]) == ("phone", "192.0.2.")
        assert (await anna.browser.delete(f"/api/me/sessions/{other['id']}")).status_code == 204
        assert len((await anna.browser.get("/api/me/sessions")).json()) == 3
        assert (await anna.browser.delete("/api/me/sessions")).status_code == 204
        [left] = (await anna.browser.get("/api/me/sessions")).json()
        assert left["is_current"] is True
