import { describe, expect, it } from "vitest";
import { deviceOf } from "./device";

const CHROME =
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Safari/537.36";

describe("a browser's name", () => {
  it.each([
    [CHROME, "Chrome", "Linux", false],
    [`${CHROME} Edg/143.0.0.0`, "Edge", "Linux", false],
    [
      "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.1 Mobile/15E148 Safari/604.1",
      "Safari",
      "iPhone",
      true,
    ],
    [
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0",
      "Firefox",
      "Windows",
      false,
    ],
    ["python-httpx/0.28", "httpx", null, false],
    ["", null, null, false],
  ])("%s", (userAgent, browser, system, isPhone) => {
    expect(deviceOf(userAgent)).toEqual({ browser, system, isPhone });
  });
});
