import { describe, expect, it } from "vitest";
import { normaliseMath } from "./math";

describe("math in a model's answer", () => {
  it.each([
    ["\\(a^2\\) holds", "$$a^2$$ holds"],
    ["so $a^2 + b^2$ holds", "so $$a^2 + b^2$$ holds"],
    ["already $$x$$ here", "already $$x$$ here"],
    ["a function $f(x) = \\$5$", "a function $$f(x) = \\$5$$"],
  ])("reads %s", (text, expected) => {
    expect(normaliseMath(text)).toBe(expected);
  });

  it("puts a displayed formula on lines of its own", () => {
    expect(normaliseMath("Then \\[x = 1\\] follows").trim()).toBe("Then \n\n$$\nx = 1\n$$\n\n follows");
    expect(normaliseMath("$$x = 1$$").trim()).toBe("$$\nx = 1\n$$");
  });

  it.each([
    "It costs $5, or $10 for two.",
    "between $5 and $10",
    "from $5-$10",
    "a single $ sign",
    "US$20 and A$30",
    "in code `$HOME` and `\\(x\\)`",
    "```sh\necho $HOME $PATH\n```",
    "```sh\necho $a $b still being written",
    "~~~\n$x$\n~~~",
  ])("leaves alone: %s", (text) => {
    expect(normaliseMath(text)).toBe(text);
  });

  it("goes on after code", () => {
    expect(normaliseMath("`$a$` then $b$")).toBe("`$a$` then $$b$$");
  });
});
