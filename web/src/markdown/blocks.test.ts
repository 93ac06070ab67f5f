import { describe, expect, it } from "vitest";
import { splitBlocks } from "./blocks";

describe("cutting Markdown into blocks", () => {
  it("keeps every character that shows", () => {
    const text = "# Title\n\nOne.\n\n- a\n\n- b\n\n```js\nx\n\ny\n```\n\n| a |\n|---|\n| 1 |\n";
    expect(splitBlocks(text).join("").replaceAll(/\s/g, "")).toBe(text.replaceAll(/\s/g, ""));
    expect(splitBlocks(text)).toHaveLength(5);
  });

  it("keeps the earlier blocks as they were while the last one grows", () => {
    const before = splitBlocks("One.\n\nTwo is **bo");
    const after = splitBlocks("One.\n\nTwo is **bold** and more.");
    expect(after[0]).toBe(before[0]);
  });

  it("does not cut a formula at an empty line", () => {
    expect(
      splitBlocks("Text\n\n$$\na\n\nb\n$$\n\nmore").filter((block) => block.includes("$$")),
    ).toHaveLength(1);
  });

  it("keeps a text with definitions whole", () => {
    expect(splitBlocks("See [this][1].\n\nMore.\n\n[1]: https://example.org")).toHaveLength(1);
  });
});
