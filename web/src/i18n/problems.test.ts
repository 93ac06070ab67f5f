import { describe, expect, it } from "vitest";
import { problemDetails, problemText } from "./problems";

describe("what went wrong", () => {
  it("is the server's own sentence in English", () => {
    expect(problemText("conflict", "It is spent.", "en")).toBe("It is spent.");
    expect(problemDetails("conflict", "It is spent.", "en")).toBe("It is spent.");
  });

  it("is translated by its code, and stays as it is where there is no translation", () => {
    expect(problemText("plan_spent", "…", "zh-Hans")).toBe("套餐用量已用完，请等到下一周期。");
    expect(problemText("of_tomorrow", "Something new.", "zh-Hans")).toBe("Something new.");
    expect(problemText("constructor", "Not a code.", "zh-Hans")).toBe("Not a code.");
  });

  it("says in a form what exactly, where the code is a general one", () => {
    expect(problemDetails("conflict", "It is spent.", "zh-Hans")).toMatch(/刷新后再试。（It is spent.）$/);
    expect(problemDetails("plan_spent", "It is spent.", "zh-Hans")).not.toContain("It is spent.");
  });
});
