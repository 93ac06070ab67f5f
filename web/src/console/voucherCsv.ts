/** A batch's codes as a table for spreadsheets (RFC 4180): the one time that they are known. */
import type { MadeVoucherBatch } from "../api/vouchers";

const HEADER = ["code", "worth", "currency", "uses", "good_until", "note"];
const MICROS = 1_000_000;

export function voucherCsv({ batch, codes }: MadeVoucherBatch): string {
  const { value, uses, expires_at, memo } = batch;
  const worth = String(value.micros / MICROS);
  const lines = codes.map((code) => [code, worth, value.currency, String(uses), expires_at ?? "", memo]);
  return [HEADER, ...lines].map((cells) => `${cells.map(quoted).join(",")}\r\n`).join("");
}

/** What a spreadsheet would take for a formula is kept from being one. */
function quoted(cell: string): string {
  const text = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
