import { describe, expect, it } from "vitest";
import { painterFor } from "./highlight";

const CODE = 'def greet(name):\n    """Says\n    hello."""\n    return f"Hello {name}"\n';

describe("painting code", () => {
  it("paints growing code exactly as it paints the whole", async () => {
    const whole = (await painterFor("python"))?.paint(CODE);
    const growing = await painterFor("py");
    for (let end = 1; end < CODE.length; end += 1) growing?.paint(CODE.slice(0, end));
    const plain = (lines: typeof whole) => lines?.map((line) => line.map((t) => [t.content, t.color]));
    expect(plain(growing?.paint(CODE))).toEqual(plain(whole));
  });

  it("starts over when the code is another one", async () => {
    const painter = await painterFor("json");
    painter?.paint('{"a": 1}\n{}');
    expect(painter?.paint("[]").map((line) => line.map((t) => t.content).join(""))).toEqual(["[]"]);
  });

  it("colours by variables, so that light and dark share one tree", async () => {
    const colours = (await painterFor("python"))?.paint(CODE).flatMap((line) => line.map((t) => t.color));
    expect(new Set(colours).size).toBeGreaterThan(2);
    for (const colour of colours ?? []) expect(colour).toMatch(/^var\(--code-/);
  });

  it("finds the end of what it has begun", async () => {
    const lines = (await painterFor("python"))?.paint(CODE) ?? [];
    const keyword = lines.flat().find((token) => token.content.trim() === "return");
    expect(keyword?.color).toBe("var(--code-token-keyword)");
  });

  it("leaves a language that nobody knows as it is", async () => {
    expect(await painterFor("klingon")).toBeNull();
    expect(await painterFor("constructor")).toBeNull();
  });
});
