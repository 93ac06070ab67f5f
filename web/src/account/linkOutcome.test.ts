import { describe, expect, it } from "vitest";
import { linkOutcome } from "./linkOutcome";

describe("how a link has come out", () => {
  it.each([
    ["#linked", { kind: "linked" }],
    ["#error=identity_taken", { kind: "problem", code: "identity_taken" }],
    ["#error=", null],
    ["#linked=no", null],
    ["", null],
  ])("%s", (hash, outcome) => {
    expect(linkOutcome(hash)).toEqual(outcome);
  });
});
