import { describe, expect, it } from "vitest";
import { arrivalAt } from "./arrival";

describe("what an address brings along", () => {
  it("is a token, of a link or of an invitation", () => {
    expect(arrivalAt("/sign-in", "#token=abc")).toEqual({ kind: "link", token: "abc" });
    expect(arrivalAt("/invitation", "#token=abc")).toEqual({ kind: "invitation", token: "abc" });
  });

  it("is why the sign-in provider led nowhere", () => {
    const problem = { kind: "problem", code: "provider_refused" };
    expect(arrivalAt("/sign-in", "#error=provider_refused")).toEqual(problem);
  });

  it("is nothing elsewhere, and nothing without a value", () => {
    for (const path of ["/", "/c/conv_1"])
      for (const hash of ["#token=abc", "#error=banned"]) expect(arrivalAt(path, hash)).toBeNull();
    for (const hash of ["", "#", "#token=", "#error=", "#other=1"])
      expect(arrivalAt("/sign-in", hash)).toBeNull();
    expect(arrivalAt("/invitation", "#error=banned")).toBeNull();
  });
});
