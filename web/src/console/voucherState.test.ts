import { describe, expect, it } from "vitest";
import type { VoucherBatch } from "../api/vouchers";
import { stateOfBatch } from "./voucherState";

const batch = (changes: Partial<VoucherBatch>): VoucherBatch => ({
  id: "voucher_1",
  ending: "ABCD",
  value: { micros: 5, currency: "USD" },
  count: 3,
  uses: 1,
  used: 0,
  open: 3,
  revoked: 0,
  memo: "",
  created_at: "2026-11-24T00:00:00Z",
  expires_at: null,
  ...changes,
});

describe("a batch of vouchers", () => {
  it.each([
    [{}, "open"],
    [{ used: 2, open: 1 }, "open"],
    [{ used: 3, open: 0 }, "spent"],
    [{ revoked: 3, open: 0 }, "revoked"],
    [{ used: 1, revoked: 2, open: 0 }, "revoked"],
    [{ expires_at: "2001-01-01T00:00:00Z" }, "expired"],
    [{ used: 3, open: 0, expires_at: "2001-01-01T00:00:00Z" }, "spent"],
  ] as const)("%o is %s", (changes, state) => {
    expect(stateOfBatch(batch(changes))).toBe(state);
  });
});
