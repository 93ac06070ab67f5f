import { describe, expect, it } from "vitest";
import type { Price } from "../api/console";
import { priceVersions } from "./priceVersions";

const price = (id: string, model: string, door: string, validFrom: string): Price => ({
  id,
  model,
  door,
  valid_from: `${validFrom}T00:00:00Z`,
  currency: "USD",
  tariff: { input_micros: 1, cached_input_micros: 0, output_micros: 1, prompt_micros: 0, request_micros: 0 },
});

describe("versions of prices", () => {
  const versions = priceVersions(
    [
      price("old", "*", "*", "2026-01-01"),
      price("later", "*", "*", "2027-01-01"),
      price("now", "*", "*", "2026-06-01"),
      price("web", "*", "web", "2026-02-01"),
      price("own", "qwen", "*", "2026-02-01"),
      price("soon", "qwen", "*", "2026-12-01"),
    ],
    new Date("2026-11-24T00:00:00Z"),
  );
  const ids = (prices: Price[]) => prices.map(({ id }) => id);

  it("count once for each model and door, the most general first", () => {
    expect(ids(versions.current)).toEqual(["now", "web", "own"]);
  });

  it("that begin later stand apart, the soonest first", () => {
    expect(ids(versions.coming)).toEqual(["soon", "later"]);
  });

  it("that were superseded are kept", () => {
    expect(ids(versions.earlier)).toEqual(["old"]);
  });
});
