import { describe, expect, it } from "vitest";
import { formatFor, parseMicros, typedMicros } from "./format";

const en = formatFor("en");
const zh = formatFor("zh-Hans");
const usd = (micros: number) => ({ micros, currency: "USD" });

describe("amounts", () => {
  it("are shown to the cent, and below one unit as far as they say something", () => {
    expect(en.money(usd(12_345_678))).toBe("$12.35");
    expect(en.money(usd(0))).toBe("$0.00");
    expect(en.money(usd(123_456))).toBe("$0.1235");
    expect(en.money(usd(125))).toBe("$0.000125");
    expect(en.money(usd(-2_500_000))).toBe("-$2.50");
    expect(zh.money({ micros: 1_500_000, currency: "CNY" })).toBe("¥1.50");
  });

  it("are shown exactly where that is asked for", () => {
    expect(en.exactMoney(usd(12_345_678))).toBe("$12.345678");
    expect(en.exactMoney(usd(12_000_000))).toBe("$12.00");
  });

  it("are shortened for axes in the reader's language", () => {
    expect(en.compactMoney(usd(12_345_000_000))).toBe("$12.3K");
    expect(zh.compactMoney({ micros: 12_345_000_000, currency: "CNY" })).toBe("¥1.23万");
  });

  it.each([
    ["12.50", 12_500_000],
    ["12,5", 12_500_000],
    [" 0.000001 ", 1],
    ["0", 0],
    ["1000000000", 10 ** 15],
  ])("are read as typed: %j", (typed, micros) => {
    expect(parseMicros(typed)).toBe(micros);
  });

  it.each(["", "-1", "1e3", "0x10", ".5", "1.0000001", "1,000.00", "10000000001", "12345678901", "NaN"])(
    "are refused: %j",
    (typed) => {
      expect(parseMicros(typed)).toBeNull();
    },
  );

  it("may be negative where that is asked for", () => {
    expect(parseMicros("-1.5", { negative: true })).toBe(-1_500_000);
    expect(parseMicros("−1.5", { negative: true })).toBe(-1_500_000);
    expect(Object.is(parseMicros("-0", { negative: true }), 0)).toBe(true);
  });

  it("come back from a field as they were put into it", () => {
    for (const micros of [0, 1, 125, 500_000, 12_500_000, 10 ** 15, -1_500_000])
      expect(parseMicros(typedMicros(micros), { negative: true })).toBe(micros);
  });
});

describe("moments", () => {
  const now = Date.UTC(2026, 10, 24, 12);
  const at = (ms: number) => new Date(now + ms).toISOString();

  it("are told by how far away they are", () => {
    expect(en.ago(at(-30_000), now)).toBe("now");
    expect(en.ago(at(-3 * 3_600_000), now)).toBe("3 hours ago");
    expect(en.ago(at(-25 * 3_600_000), now)).toBe("yesterday");
    expect(en.ago(at(50 * 3_600_000), now)).toBe("in 2 days");
    expect(zh.ago(at(-3 * 3_600_000), now)).toBe("3小时前");
  });

  it("are days in UTC where the server counts in them", () => {
    expect(en.shortDay("2026-11-24")).toBe("Nov 24");
    expect(zh.shortDay("2026-11-24")).toBe("11月24日");
  });
});

describe("sizes", () => {
  it.each([
    [0, "0 byte"],
    [999, "999 byte"],
    [1500, "1.5 kB"],
    [123_456_789, "123.5 MB"],
    [2_000_000_000_000_000, "2,000 TB"],
  ])("%s bytes are %s", (bytes, text) => {
    expect(en.bytes(bytes)).toBe(text);
  });
});

describe("durations", () => {
  it.each([
    [0, "0 ms"],
    [1_234_500, "1,234.5 ms"],
    [12_340_000, "12.3 sec"],
    [5_400_000_000, "90 min"],
    [9_000_000_000, "2.5 hr"],
  ])("are in the unit that fits: %d µs", (us, shown) => {
    expect(en.duration(us)).toBe(shown);
  });

  it("are in the reader's language", () => {
    expect(zh.duration(9_000_000_000)).toBe("2.5小时");
  });
});
