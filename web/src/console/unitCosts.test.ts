import { describe, expect, it } from "vitest";
import type { ReleaseCost, UnitEconomics } from "../api/console";
import { byModel, doorLayer, thousandUs, totalsOf } from "./unitCosts";

const usd = (micros: number) => ({ micros, currency: "USD" });

const release = (model: string, door: string, measured_turns: number, cost: number | null): ReleaseCost => ({
  model,
  door,
  use: { turns: 4, measured_turns, machine_us: measured_turns * 500_000 },
  cost: cost === null ? null : usd(cost),
  per_thousand: null,
});

const economics = (over: Partial<UnitEconomics> = {}): UnitEconomics => ({
  machine_hour: usd(3_600_000),
  releases: [release("owl", "api", 4, 2000), release("far", "web", 0, null), release("owl", "web", 2, 1000)],
  plans: [
    {
      plan_id: "",
      name: "",
      use: { turns: 12, measured_turns: 6, machine_us: 0 },
      income: usd(10_000),
      cost: null,
      margin: null,
    },
    {
      plan_id: "plan_1",
      name: "Abroad",
      use: { turns: 0, measured_turns: 0, machine_us: 0 },
      income: { micros: 99_000, currency: "EUR" },
      cost: null,
      margin: null,
    },
  ],
  ...over,
});

describe("all together", () => {
  it("counts what was measured, and income in the cost's currency", () => {
    expect(totalsOf(economics())).toEqual({
      turns: 12,
      measured: 6,
      machineUs: 3_000_000,
      cost: 3000,
      income: 10_000,
      left: 7000,
      thousandCost: 500_000,
      thousandUs: 500_000_000,
    });
  });

  it("knows no cost without a price for the hour, and none where nothing was measured", () => {
    expect(totalsOf(economics({ machine_hour: null }))).toMatchObject({
      cost: null,
      left: null,
      thousandUs: 500_000_000,
    });
    const far = economics({ releases: [release("far", "web", 0, null)] });
    expect(totalsOf(far)).toMatchObject({ cost: null, left: null, thousandCost: null, thousandUs: null });
  });
});

describe("releases", () => {
  it("stand together by model, the costliest first, their doors always in one order", () => {
    const grouped = byModel(economics().releases);
    expect(grouped.map(({ model, doors }) => [model, doors.map(({ door }) => door)])).toEqual([
      ["owl", ["web", "api"]],
      ["far", ["web"]],
    ]);
  });

  it("have a time for a thousand prompts only where some were measured", () => {
    expect(thousandUs({ turns: 9, measured_turns: 2, machine_us: 3 })).toBe(1500);
    expect(thousandUs({ turns: 9, measured_turns: 0, machine_us: 0 })).toBeNull();
  });

  it("have a colour by door, unknown doors too", () => {
    expect(new Set(["web", "api", "cli", "fax"].map(doorLayer)).size).toBe(4);
  });
});
