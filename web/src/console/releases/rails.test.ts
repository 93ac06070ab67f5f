import { describe, expect, it } from "vitest";
import type { Suite } from "../../api/releases";
import { figurePlace, mostProof, proofPlace } from "./rails";

describe("evidence", () => {
  it("stands by its factors", () => {
    expect(proofPlace(0.1, 1000)).toBe(0);
    expect(proofPlace(1, 1000)).toBeCloseTo(0.25);
    expect(proofPlace(10, 1000)).toBeCloseTo(0.5);
    expect(proofPlace(1000, 1000)).toBe(1);
  });

  it("stays on its line, whatever it is", () => {
    expect(proofPlace(0, 100)).toBe(0);
    expect(proofPlace(1e300, 100)).toBe(1);
    expect(mostProof([2.7, 20, Number.POSITIVE_INFINITY])).toBe(32);
    expect(mostProof([])).toBe(16);
  });
});

describe("a suite's figure", () => {
  const suite: Suite = {
    name: "knowledge",
    question: "?",
    verdict: "passed",
    words: "",
    figure: 0.9,
    low: 0.8,
    high: 1,
    limit: { at_least: 0.6, at_most: null },
    count: 84,
    samples: [],
  };

  it("stands between its bounds, its limit marked", () => {
    expect(figurePlace(suite)).toEqual({ low: 0.8, figure: 0.9, high: 1, limits: [0.6] });
  });

  it("has a line as long as it needs", () => {
    const long = { ...suite, figure: 1.5, high: 2, limit: { at_least: 0.5, at_most: 4 } };
    expect(figurePlace(long)).toEqual({ low: 0.2, figure: 0.375, high: 0.5, limits: [0.125, 1] });
  });

  it("is nowhere where nothing ran", () => {
    expect(figurePlace({ ...suite, figure: null, low: null, high: null })).toBeNull();
  });
});
