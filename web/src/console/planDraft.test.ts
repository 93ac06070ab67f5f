import { describe, expect, it } from "vitest";
import type { PlanTerms } from "../api/console";
import { draftOf, Misspelt, parseCount, termsOf } from "./planDraft";

const TERMS: PlanTerms = {
  name: "Weaver",
  price: { micros: 9_900_000, currency: "USD" },
  windows: [
    { period: "day", prompts: 200, tokens: null, micros: null },
    { period: "month", prompts: null, tokens: 2_000_000, micros: 15_000_000 },
  ],
  overflow: "refuse",
  is_default: false,
};

describe("a plan in a form", () => {
  it("comes out as it went in", () => {
    expect(termsOf(draftOf(TERMS), "USD")).toEqual(TERMS);
  });

  it("leaves out windows that limit nothing, but not those that allow nothing", () => {
    const draft = draftOf(null);
    draft.windows.week.prompts = "0";
    expect(termsOf(draft, "USD").windows).toEqual([
      { period: "week", prompts: 0, tokens: null, micros: null },
    ]);
  });

  it("costs nothing if it is for everybody, whatever was typed before", () => {
    expect(termsOf({ ...draftOf(TERMS), isDefault: true }, "USD").price.micros).toBe(0);
  });

  it("names every field that can't be read", () => {
    const draft = { ...draftOf(TERMS), price: "ten" };
    draft.windows.day.prompts = "1.5";
    draft.windows.month.worth = "-1";
    expect(() => termsOf(draft, "USD")).toThrow(Misspelt);
    try {
      termsOf(draft, "USD");
    } catch (thrown) {
      expect((thrown as Misspelt).fields).toEqual(["price", "day.prompts", "month.worth"]);
    }
  });
});

describe("a count", () => {
  it.each([
    ["2,000,000", 2_000_000],
    [" 50 ", 50],
    ["0", 0],
  ])("%j is read", (typed, count) => expect(parseCount(typed)).toBe(count));

  it.each(["", "1.5", "-1", "many", "1e6", "1234567890123456"])("%j is none", (typed) =>
    expect(parseCount(typed)).toBeNull(),
  );
});
