import { describe, expect, it } from "vitest";
import { chosenIn, isChanged, PARAMETER_FIELDS, type ParameterField, parameterFrom } from "./parameters";

const field = (name: string) => PARAMETER_FIELDS.find((each) => each.name === name) as ParameterField;

describe("a typed parameter", () => {
  it.each([
    ["temperature", "0.7", 0.7],
    ["temperature", "9", 2],
    ["temperature", "-1", 0],
    ["top_p", "0", 0.01],
    ["top_k", "40.4", 40],
    ["max_tokens", "0", 1],
    ["max_tokens", "1e9", 1_000_000_000],
    ["seed", "-7", -7],
    ["seed", "", null],
    ["seed", "lucky", null],
  ])("%s: %s becomes %s", (name, typed, expected) => {
    expect(parameterFrom(field(name), typed)).toBe(expected);
  });
});

describe("changed parameters", () => {
  it("are those that say something", () => {
    expect(isChanged({})).toBe(false);
    expect(isChanged({ temperature: null, system: "" })).toBe(false);
    expect(isChanged({ temperature: 0 })).toBe(true);
    expect(isChanged({ system: "Be brief." })).toBe(true);
  });
});

describe("the parameters of a turn", () => {
  it("were chosen where they differ from the defaults", () => {
    const defaults = { temperature: 0.6, top_p: 0.95, top_k: 0, seed: null };
    expect(
      chosenIn({ temperature: 0.6, top_p: 0.9, top_k: 0, seed: 7, system: "Be brief." }, defaults),
    ).toEqual({
      top_p: 0.9,
      seed: 7,
      system: "Be brief.",
    });
    expect(chosenIn(defaults, defaults)).toEqual({});
  });
});
