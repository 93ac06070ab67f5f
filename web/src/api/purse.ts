/** A purse: one's own, or a team's. Both have the same routes. */
import { client, value } from "./client";
import { marked } from "./requestKey";
import type { components, paths } from "./schema";

type Schemas = components["schemas"];

export type Balance = Schemas["Balance"];
export type PlanInUse = Schemas["PlanInUse"];
export type WindowUse = Schemas["WindowUse"];
export type PlanOffer = Schemas["PlanOffer"];
export type UsageSum = Schemas["UsageSum"];
export type Booking = Schemas["Booking"];
export type Statement = Schemas["Statement"];
export type Payment = Schemas["Payment"];
export type PaymentPage = Schemas["PaymentPage"];
export type Money = Schemas["Money"];

/** The id of the team whose purse it is; null: one's own. */
export type PurseId = string | null;

/** In UTC, as `2026-11-24`, both included. */
export interface DayRange {
  first: string;
  last: string;
}

type OwnPath = Extract<keyof paths, `/api/me/${string}`>;

/** A team's route takes and answers what one's own does; only its address differs. */
function at<P extends OwnPath>(purse: PurseId, own: P): P {
  if (purse === null) return own;
  return own.replace("/api/me", `/api/teams/${encodeURIComponent(purse)}`) as P;
}

export const fetchBalance = (purse: PurseId, signal: AbortSignal): Promise<Balance> =>
  value(client.GET(at(purse, "/api/me/balance"), { signal }));

export const fetchUsage = (
  purse: PurseId,
  range: DayRange,
  by: "day" | "model" | "key" | "person" | "door",
  signal: AbortSignal,
): Promise<UsageSum[]> =>
  value(client.GET(at(purse, "/api/me/usage"), { params: { query: { ...range, by } }, signal }));

export const fetchStatement = (
  purse: PurseId,
  cursor: string | null,
  signal: AbortSignal,
): Promise<Statement> =>
  value(client.GET(at(purse, "/api/me/statement"), { params: { query: { cursor, limit: 40 } }, signal }));

export const fetchPayments = (
  purse: PurseId,
  cursor: string | null,
  signal: AbortSignal,
): Promise<PaymentPage> =>
  value(client.GET(at(purse, "/api/me/invoices"), { params: { query: { cursor, limit: 20 } }, signal }));

export const redeemVoucher = (purse: PurseId, code: string, key: string): Promise<Money> =>
  value(client.POST(at(purse, "/api/me/vouchers"), { body: { code }, ...marked(key) }));

export const fetchPlanOffers = (signal: AbortSignal): Promise<PlanOffer[]> =>
  value(client.GET("/api/plans", { signal }));

export const subscribe = (purse: PurseId, plan_id: string, key: string): Promise<Balance> =>
  value(client.PUT(at(purse, "/api/me/subscription"), { body: { plan_id }, ...marked(key) }));

export const unsubscribe = (purse: PurseId): Promise<Balance> =>
  value(client.DELETE(at(purse, "/api/me/subscription")));

export const topUp = (purse: PurseId, wanted: Schemas["TopUp"], key: string): Promise<Schemas["Checkout"]> =>
  value(client.POST(at(purse, "/api/me/topups"), { body: wanted, ...marked(key) }));

export const usageCsvPath = (purse: PurseId): string => at(purse, "/api/me/usage.csv");

export const ledgerCsvPath = (purse: PurseId): string => at(purse, "/api/me/ledger.csv");

export const invoicePath = (purse: PurseId, paymentId: string): string =>
  `${at(purse, "/api/me/invoices")}/${encodeURIComponent(paymentId)}.pdf`;
