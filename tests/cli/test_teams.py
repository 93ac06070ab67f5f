from __future__ import annotations

from .conftest import Run
from .test_people import owner_id


def test_only_the_team_s_id_goes_to_the_output(run: Run) -> None:
    outcome = run("teams", "create", "Weavers", "--pays")
    assert outcome.out.startswith("team_")
    assert outcome.out.count("\n") == 1
    line = run("teams", "list").out.splitlines()[1]
    assert line.split()[:3] == ["Weavers", outcome.out.strip(), "yes"]
    assert "Owner (owner)" in line


def test_a_project_s_key_is_made_by_its_id(run: Run) -> None:
    run("teams", "create", "Weavers")
    project = run("teams", "project", "Weavers", "website").out.strip()
    assert run("keys", "create", "site", "--project", project).out.startswith("sk-homespun-")
    assert project in run("keys", "list").out
    assert f"website ({project})" in run("teams", "list").out


def test_members_come_and_go_by_name(run: Run) -> None:
    team = run("teams", "create", "Weavers").out.strip()
    owner = owner_id(run)
    assert run("teams", "add", team, owner, "--role", "trainer").status == 0
    outcome = run("teams", "remove", "Weavers", owner)
    assert outcome.status == 1
    assert "no owner" in outcome.err
    assert "Roles in a team" in run("teams", "add", team, owner, "--role", "king").err


def test_a_name_of_several_teams_means_none_of_them(run: Run) -> None:
    for _ in range(2):
        run("teams", "create", "Weavers")
    assert "by its id" in run("teams", "project", "Weavers", "x").err
    assert "no such team" in run("teams", "project", "Spinners", "x").err
