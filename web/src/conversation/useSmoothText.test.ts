import { describe, expect, it } from "vitest";
import { advance } from "./useSmoothText";

describe("text that flows", () => {
  it("always moves on, and arrives", () => {
    const text = "a".repeat(500);
    let shown = 0;
    let frames = 0;
    while (shown < text.length) {
      const next = advance(shown, text, 33);
      expect(next).toBeGreaterThan(shown);
      shown = next;
      frames += 1;
    }
    expect(shown).toBe(text.length);
    expect(frames).toBeLessThan(60);
  });

  it("never shows half of a character", () => {
    const text = "😀".repeat(40);
    for (let shown = 0; shown < text.length; shown = advance(shown, text, 33)) expect(shown % 2).toBe(0);
  });

  it("follows a text that became shorter", () => {
    expect(advance(9, "short", 33)).toBe(5);
  });
});
