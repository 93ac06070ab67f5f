import { describe, expect, it } from "vitest";
import type { UsageSum } from "../api/purse";
import { pagesEn } from "../i18n/pages/en";
import { lastDays, layersOf, totalOf } from "./series";

function sum(group: string, changes: Partial<UsageSum> = {}): UsageSum {
  const micros = (micros: number) => ({ micros, currency: "USD" });
  return {
    group,
    label: group,
    turns: 2,
    prompt_tokens: 100,
    cached_tokens: 30,
    completion_tokens: 50,
    cost: micros(900),
    paid_by_plan: micros(600),
    paid_by_wallet: micros(300),
    ...changes,
  };
}

const RANGE = { first: "2026-11-22", last: "2026-11-24" };

describe("usage by day", () => {
  it("has every day of the range, also those on which nothing was asked", () => {
    const { days, series } = layersOf([sum("2026-11-23")], RANGE, "prompts", pagesEn);
    expect(days).toEqual(["2026-11-22", "2026-11-23", "2026-11-24"]);
    expect(series.map(({ values }) => values)).toEqual([[0, 2, 0]]);
  });

  it("layers tokens such that none is counted twice", () => {
    const { series } = layersOf([sum("2026-11-24")], RANGE, "tokens", pagesEn);
    expect(series.map(({ key, values }) => [key, values[2]])).toEqual([
      ["written", 50],
      ["new", 70],
      ["cached", 30],
    ]);
  });

  it("layers costs by who paid", () => {
    const { series } = layersOf([sum("2026-11-24")], RANGE, "cost", pagesEn);
    expect(series.map(({ key, values }) => [key, values[2]])).toEqual([
      ["wallet", 300],
      ["plan", 600],
    ]);
  });

  it("is summed", () => {
    expect(totalOf([sum("a"), sum("b")])).toMatchObject({
      turns: 4,
      tokens: 300,
      micros: 1800,
      byPlan: 1200,
    });
    expect(totalOf([])).toMatchObject({ turns: 0, micros: 0 });
  });
});

describe("the last days", () => {
  it("end today in UTC, and are as many as asked for", () => {
    expect(lastDays("7", new Date("2026-03-02T23:30:00Z"))).toEqual({
      first: "2026-02-24",
      last: "2026-03-02",
    });
  });
});
