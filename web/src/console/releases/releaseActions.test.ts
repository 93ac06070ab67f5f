import { describe, expect, it } from "vitest";
import type { Release } from "../../api/releases";
import { actionsOf, methodsOf } from "./releaseActions";

const release = (state: Release["state"], changes: Partial<Release> = {}): Release => ({
  id: state,
  number: 2,
  name: "owl@2",
  model: "owl",
  digest: "d",
  parent_id: "p",
  state,
  is_base: false,
  base_digest: "b",
  snapshot_digest: "s",
  recipe: {},
  has_passed: true,
  problem: "",
  is_marked: false,
  created_at: "2026-11-24T10:00:00Z",
  ...changes,
});

describe("what may be done with a release", () => {
  const trial = [release("canary")];

  it.each([
    ["a candidate", release("candidate"), [], ["gradually", "promote", "retire"]],
    ["a candidate while another is on trial", release("candidate"), trial, ["promote", "retire"]],
    ["one that has not passed", release("candidate", { has_passed: false }), [], ["retire"]],
    ["one in shadow", release("shadow"), [], ["show", "promote", "takeBack"]],
    ["one on trial", release("canary"), trial, ["promote", "takeBack"]],
    ["a champion that has learned", release("champion"), [], ["rollBack"]],
    ["a champion while another is on trial", release("champion"), trial, []],
    ["a champion while another is in shadow", release("champion"), [release("shadow")], []],
    ["the installed model", release("champion", { is_base: true }), [], []],
    ["one that came back before", release("retired"), [], ["gradually", "promote"]],
    ["one that nobody may ask", release("retired", { has_passed: false }), [], []],
  ])("%s", (_, one, others, expected) => {
    expect(actionsOf(one, [one, ...others])).toEqual(expected);
  });
});

describe("how it was trained", () => {
  it("is told by its recipe", () => {
    expect(methodsOf({ recipe: { methods: ["sft", "dpo"] } })).toBe("SFT → DPO");
    expect(methodsOf({ recipe: { method: "supervised", fine_tuning_job: "ftjob_1" } })).toBe("SUPERVISED");
    expect(methodsOf({ recipe: {} })).toBe("");
  });
});
