import { describe, expect, it } from "vitest";
import { daysBetween, highest, labelled, largest, type Series, stacked, ticksUpTo } from "./scale";

const series = (key: string, ...values: number[]): Series => ({ key, label: key, values });

describe("ticks", () => {
  it.each([
    [7, [0, 2, 4, 6, 8]],
    [100, [0, 50, 100]],
    [4, [0, 1, 2, 3, 4]],
    [0.3, [0, 0.1, 0.2, 0.3]],
    [1234, [0, 500, 1000, 1500]],
  ])("up to %s are round", (most, ticks) => {
    expect(ticksUpTo(most)).toEqual(ticks);
  });

  it("reach the largest value, whatever its size", () => {
    for (let exponent = -6; exponent < 15; exponent++)
      for (const digit of [1, 1.01, 3.7, 9.99]) {
        const ticks = ticksUpTo(digit * 10 ** exponent);
        expect(ticks.at(-1)).toBeGreaterThanOrEqual(digit * 10 ** exponent * (1 - 1e-9));
        expect(ticks.length).toBeLessThanOrEqual(6);
      }
  });

  it("stand also where there is nothing", () => {
    expect(ticksUpTo(0)).toEqual([0, 1]);
    expect(ticksUpTo(Number.NaN)).toEqual([0, 1]);
  });
});

describe("layers", () => {
  it("stand upon each other, without those that have no height", () => {
    expect(stacked([series("a", 2, 0), series("b", 3, 4)], 2)).toEqual([
      [
        { series: 0, from: 0, to: 2 },
        { series: 1, from: 2, to: 5 },
      ],
      [{ series: 1, from: 0, to: 4 }],
    ]);
  });

  it("are as high as their sum; lines as high as the highest", () => {
    const both = [series("a", 2, 5), series("b", 4, 0)];
    expect(highest(both, 2, { stack: true })).toBe(6);
    expect(highest(both, 2, { stack: false })).toBe(5);
    expect(highest([], 2, { stack: true })).toBe(0);
  });

  it("keep the largest and join the rest", () => {
    const joined = largest([series("a", 1), series("b", 9), series("c", 2), series("d", 3)], 3, "others");
    expect(joined.map(({ label, values }) => [label, values[0]])).toEqual([
      ["b", 9],
      ["d", 3],
      ["others", 3],
    ]);
    expect(largest([series("a", 1), series("b", 9)], 2, "others").map(({ key }) => key)).toEqual(["b", "a"]);
  });
});

describe("days", () => {
  it("are every day from the first to the last, over a month's end", () => {
    expect(daysBetween("2026-02-27", "2026-03-01")).toEqual(["2026-02-27", "2026-02-28", "2026-03-01"]);
    expect(daysBetween("2026-03-01", "2026-02-27")).toEqual([]);
  });

  it("get no more labels than there is room for, the last day always one", () => {
    expect(labelled(30, 6)).toEqual([4, 9, 14, 19, 24, 29]);
    expect(labelled(3, 6)).toEqual([0, 1, 2]);
    expect(labelled(0, 6)).toEqual([]);
  });
});
