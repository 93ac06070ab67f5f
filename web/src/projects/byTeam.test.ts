import { describe, expect, it } from "vitest";
import type { MyProject } from "../api/projects";
import { byTeam } from "./byTeam";
import { mayChange } from "./queries";

const project = (id: string, team: string): MyProject => ({
  id,
  name: id,
  team_id: team,
  team_name: team.toUpperCase(),
  role: "member",
  created_at: "",
});

describe("projects", () => {
  it("stand by team, in the order they came in", () => {
    const teams = byTeam([project("one", "a"), project("two", "b"), project("three", "a")]);
    expect(teams.map((team) => [team.teamName, team.projects.map(({ id }) => id)])).toEqual([
      ["A", ["one", "three"]],
      ["B", ["two"]],
    ]);
  });

  it("of none are none", () => {
    expect(byTeam([])).toEqual([]);
  });
});

describe("a conversation", () => {
  it("is changed by who started it, and by who looks after its project's team", () => {
    const theirs = { owner_id: "other" };
    expect(mayChange({ id: "me" }, { owner_id: "me" }, undefined)).toBe(true);
    expect(mayChange({ id: "me" }, theirs, { role: "admin" })).toBe(true);
    expect(mayChange({ id: "me" }, theirs, { role: "owner" })).toBe(true);
    expect(mayChange({ id: "me" }, theirs, { role: "trainer" })).toBe(false);
    expect(mayChange({ id: "me" }, theirs, undefined)).toBe(false);
    expect(mayChange(undefined, theirs, undefined)).toBe(false);
  });
});
