from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from homespun.accounts import Person, Role
from homespun.core.errors import OnWaitingList
from homespun.core.incoming import Origin
from homespun.settings import load
from homespun.wiring import build_store, open_availability
from tests.gate.mmdb import country, mmdb

from .conftest import Run


def _member_who_asks(data_dir: Path) -> str:
    """Somebody new, who has asked and waits; their id."""

    async def ask() -> str:
        settings = load({"HOMESPUN_DATA_DIR": str(data_dir)})
        store = build_store(settings)
        async with open_availability(settings) as (availability, accounts):
            async with store.write() as session:
                person: Person = accounts.people.add(session, "Anna", Role.MEMBER).as_person()
            with pytest.raises(OnWaitingList):
                await availability.require(person, Origin())
        await store.close()
        return person.id

    return asyncio.run(ask())


def test_rules_are_made_listed_and_removed(run: Run) -> None:
    assert len(run("availability", "list").out.splitlines()) == 1
    assert run("availability", "refuse", "--message-en", "Not yet.", "--message-zh", "尚未开放。").status == 0
    run("availability", "wait", "--domain", "@Example.com")
    run("availability", "allow", "--country", "cn")
    run("availability", "refuse", "--visitors")
    rows = [line.split() for line in run("availability", "list").out.splitlines()[1:]]
    assert [row[:-2] for row in rows[:2]] == [
        ["domain", "example.com", "*", "waiting"],
        ["visitors", "*", "refused"],
    ]
    assert rows[2:] == [
        ["everybody", "*", "refused", "Not", "yet.", "尚未开放。"],
        ["everybody", "CN", "allowed", "-", "-"],
    ]
    assert run("availability", "remove", "--country", "CN").out == "The rule for everybody is removed.\n"
    gone = run("availability", "remove", "--country", "CN")
    assert (gone.status, "no such rule" in gone.err) == (1, True)


def test_people_and_teams_are_called_as_elsewhere(run: Run) -> None:
    team = run("teams", "create", "Weavers").out.strip()
    assert f"team {team} allowed" in run("availability", "allow", "--team", "Weavers").out
    run("availability", "wait", "--person", _owner_id(run))
    assert f"person {_owner_id(run)}" in run("availability", "list").out
    for option in ("--team", "--person"):
        assert run("availability", "allow", option, "nobody").status == 1


def _owner_id(run: Run) -> str:
    return next(word for word in run("people", "list").out.split() if word.startswith("person_"))


@pytest.mark.parametrize(
    "arguments", [("--country", "UK"), ("--visitors", "--domain", "example.com"), ("--domain", "")]
)
def test_what_is_no_rule_is_refused(run: Run, arguments: tuple[str, ...]) -> None:
    outcome = run("availability", "refuse", *arguments)
    assert outcome.status == 1
    assert outcome.err.startswith("Error: ")
    assert len(run("availability", "list").out.splitlines()) == 1


def test_says_so_where_no_country_can_be_known(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "gate.country_header" in run("availability", "refuse", "--country", "DE").err
    assert run("availability", "refuse", "--country", "ZZ").err == ""
    monkeypatch.setenv("HOMESPUN_GATE_COUNTRY_HEADER", "cf-ipcountry")
    assert run("availability", "refuse", "--country", "DE").err == ""


def test_who_waits_is_shown_and_let_in(run: Run, data_dir: Path) -> None:
    run("availability", "wait")
    anna = _member_who_asks(data_dir)
    assert run("availability", "waiting").out.splitlines()[1].split()[:4] == ["1", "Anna", anna, "ZZ"]
    assert run("availability", "admit", anna).out == f"{anna} is let in.\n"
    assert len(run("availability", "waiting").out.splitlines()) == 1
    again = run("availability", "admit", anna)
    assert (again.status, "waiting list" in again.err) == (1, True)


def test_a_file_of_regions_is_looked_at_before_anything_is_served(
    run: Run, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "ok   regions    no country is looked up" in run("doctor", "--port", "0").out
    file = data_dir.parent / "countries.mmdb"
    monkeypatch.setenv("HOMESPUN_GATE_GEOIP_FILE", str(file))
    served, looked_at = run("serve", "--port", "0", "--no-link"), run("doctor", "--port", "0")
    assert served.status == looked_at.status == 1
    assert served.err.startswith(f"Error: The GeoIP file {file} can't be read: No such file or directory.")
    assert f"BAD  regions    The GeoIP file {file} can't be read" in looked_at.out
    file.write_bytes(mmdb({"192.0.2.0/24": country("DE")}))
    assert "ok   regions    countries by the file Test-Country" in run("doctor", "--port", "0").out
    file.write_bytes(file.read_bytes()[:100])
    assert "damaged" in run("doctor", "--port", "0").out
    assert run("availability", "refuse").status == 0
