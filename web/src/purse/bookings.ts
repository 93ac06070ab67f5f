/** What a booking is for, by the beginning of its entry's name. */
const KINDS = [
  "hold",
  "settle",
  "release",
  "voucher",
  "plan",
  "adjust",
  "topup",
  "refund",
  "refunded",
  "move",
] as const;

export type BookingKind = (typeof KINDS)[number] | "other";

export function bookingKind(entryId: string): BookingKind {
  const first = entryId.split(/[:_]/, 1)[0];
  return KINDS.find((kind) => kind === first) ?? "other";
}
