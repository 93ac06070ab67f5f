import { describe, expect, it } from "vitest";
import { voucherCsv } from "./voucherCsv";

const batch = {
  id: "voucher_1",
  ending: "ABCD",
  value: { micros: 12_500_000, currency: "USD" },
  count: 2,
  uses: 1,
  used: 0,
  open: 2,
  revoked: 0,
  memo: "Fair",
  created_at: "2026-11-24T00:00:00Z",
  expires_at: null,
};

describe("the codes of a batch as CSV", () => {
  it("have a line each, and say what they are worth", () => {
    expect(voucherCsv({ batch, codes: ["AAAAA", "BBBBB"] })).toBe(
      "code,worth,currency,uses,good_until,note\r\nAAAAA,12.5,USD,1,,Fair\r\nBBBBB,12.5,USD,1,,Fair\r\n",
    );
  });

  it.each([
    ['Ann, "the weaver"', '"Ann, ""the weaver"""'],
    ["=HYPERLINK(1)", "'=HYPERLINK(1)"],
    ["@SUM(A1)", "'@SUM(A1)"],
    ["two\nlines", '"two\nlines"'],
  ])("are safe to open though the note is %s", (memo, cell) => {
    expect(voucherCsv({ batch: { ...batch, memo }, codes: ["AAAAA"] })).toContain(`,${cell}\r\n`);
  });
});
