/** What has become of a voucher, or of a batch of them. */
import type { Voucher, VoucherBatch } from "../api/vouchers";

export type VoucherState = "open" | "spent" | "revoked" | "expired";

export function stateOf({ used, uses, revoked_at, expires_at }: Voucher): VoucherState {
  if (revoked_at !== null) return "revoked";
  if (used >= uses) return "spent";
  return isOver(expires_at) ? "expired" : "open";
}

/** A batch is good as long as one of its vouchers is. */
export function stateOfBatch({ open, count, revoked, expires_at }: VoucherBatch): VoucherState {
  if (revoked === count) return "revoked";
  if (open > 0) return isOver(expires_at) ? "expired" : "open";
  return revoked > 0 ? "revoked" : "spent";
}

function isOver(expiresAt: string | null): boolean {
  return expiresAt !== null && Date.parse(expiresAt) <= Date.now();
}
