// @vitest-environment happy-dom
import { cleanup, render } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { PreferencesProvider } from "../preferences/preferences";
import Markdown from "./Markdown";

afterEach(cleanup);

function shown(text: string, growing = false): HTMLElement {
  return render(
    <PreferencesProvider>
      <Markdown text={text} growing={growing} />
    </PreferencesProvider>,
  ).container;
}

describe("an answer that means harm", () => {
  it.each([
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "<style>body { display: none }</style>",
    "<iframe src='https://elsewhere.test'></iframe>",
    "text <b onclick=alert(1)>bold</b> text",
  ])("shows HTML as the text that it is: %s", (html) => {
    const container = shown(html);
    expect(container.textContent).toContain(html);
    expect(container.querySelector("script, img, a, style, iframe, b")).toBeNull();
  });

  it.each([
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    "vbscript:x",
    "data:text/html,x",
    "file:///etc/passwd",
  ])("follows no link to %s", (address) => {
    for (const link of shown(`[press](<${address}>)`).querySelectorAll("a")) {
      expect(link.getAttribute("href")).toBeNull();
    }
  });

  it("loads no image, whatever its address", () => {
    const container = shown(
      "![a](https://elsewhere.test/a.png) ![b](data:image/png;base64,AAAA) ![c](/local.png)",
    );
    expect(container.querySelector("img")).toBeNull();
    expect(container.querySelector("a")?.href).toBe("https://elsewhere.test/a.png");
  });
});

describe("an answer that is still being written", () => {
  it("shows unfinished emphasis, code and links as what they will be", () => {
    expect(shown("a **bold", true).querySelector("strong")?.textContent).toBe("bold");
    expect(shown("some `code", true).querySelector("code")?.textContent).toBe("code");
    expect(shown("see [the page](https://exam", true).textContent).toBe("see the page");
  });

  it("keeps finished blocks in place while the last one grows", () => {
    const view = (text: string) => (
      <PreferencesProvider>
        <Markdown text={text} growing />
      </PreferencesProvider>
    );
    const { container, rerender } = render(view("First.\n\nSecond"));
    const first = container.querySelector("p");
    rerender(view("First.\n\nSecond and more"));
    expect(container.querySelector("p")).toBe(first);
    expect(container.textContent).toContain("Second and more");
  });
});
