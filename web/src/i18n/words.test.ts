import { describe, expect, it } from "vitest";
import { en } from "./en";
import { zh } from "./zh";

/** Every leaf's path with its kind, so that a sentence can't stand where the other language has a template. */
function shape(value: unknown, path = ""): string[] {
  if (typeof value !== "object" || value === null) {
    return [`${path}: ${typeof value}${typeof value === "function" ? `/${value.length}` : ""}`];
  }
  return Object.entries(value).flatMap(([key, each]) => shape(each, `${path}.${key}`));
}

/** Every text as the reader sees it; templates are filled in with their own argument positions. */
function texts(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value === "function") return [value("1", "2")];
  return Object.values(value as object).flatMap(texts);
}

describe("the two languages", () => {
  it("say the same things", () => {
    expect(shape(zh)).toEqual(shape(en));
  });

  it("leave nothing unsaid", () => {
    for (const text of [...texts(en), ...texts(zh)]) expect(text.trim()).not.toBe("");
  });

  it("use every argument of a template in both", () => {
    const templates = Object.entries(en).filter(([, value]) => typeof value === "function");
    for (const [key] of templates) {
      for (const words of [en, zh]) {
        const template = Reflect.get(words, key) as (...args: string[]) => string;
        expect(template("①", "②").match(/[①②]/g)).toHaveLength(template.length);
      }
    }
  });

  it("are each written in their own script", () => {
    const han = /\p{Script=Han}/u;
    expect(texts(en).filter((text) => han.test(text))).toEqual([]);
    const untranslated = texts(zh).filter((text) => !han.test(text));
    expect(untranslated).toEqual(["Homespun", "Top-p", "Top-k", "Min-p"]);
  });
});
