import { describe, expect, it } from "vitest";
import { booksCondition, engineCondition, worst } from "./condition";

describe("how well it is", () => {
  it("is as well as its worst part", () => {
    expect(worst([])).toBe("well");
    expect(worst(["well", "care", "well"])).toBe("care");
    expect(worst(["care", "trouble", "well"])).toBe("trouble");
  });

  it.each([
    ["ready", null, "well"],
    ["ready", "slow", "care"],
    ["starting", null, "care"],
    ["restarting", null, "care"],
    ["stopped", null, "care"],
    ["failed", "gone", "trouble"],
    ["a state of tomorrow", null, "care"],
  ])("of an engine that is %s (%s) is %s", (state, problem, condition) => {
    expect(engineCondition({ state, problem })).toBe(condition);
  });

  it("of the books depends on what was found", () => {
    expect(booksCondition({ checked_at: null, findings: [] })).toBe("well");
    expect(booksCondition({ checked_at: null, findings: [{ subject: "a", problem: "b" }] })).toBe("trouble");
  });
});
