import { describe, expect, it } from "vitest";
import { prefersChinese } from "./preferences";

describe("the browser's language", () => {
  it.each([
    [["zh-CN", "en"], true],
    [["zh"], true],
    [["zh-TW", "zh"], true],
    [["fr", "zh-CN", "en"], true],
    [["en-GB", "zh-CN"], false],
    [["fr", "de"], false],
    [[], false],
  ])("%j is Chinese: %s", (languages, expected) => {
    expect(prefersChinese(languages)).toBe(expected);
  });
});
