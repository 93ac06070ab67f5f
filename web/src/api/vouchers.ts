/** Codes that are worth money, as the console makes and lists them. */
import { client, value } from "./client";
import { marked } from "./requestKey";
import type { components } from "./schema";

type Schemas = components["schemas"];

export type Voucher = Schemas["Voucher"];
export type VoucherBatch = Schemas["VoucherBatch"];
export type NewVoucherBatch = Schemas["NewVoucherBatch"];
export type MadeVoucherBatch = Schemas["MadeVoucherBatch"];

const batch = (batch_id: string) => ({ params: { path: { batch_id } } });

export const fetchBatches = (
  cursor: string | null,
  signal: AbortSignal,
): Promise<Schemas["VoucherBatchPage"]> =>
  value(client.GET("/api/console/voucher-batches", { params: { query: { cursor, limit: 50 } }, signal }));

export const fetchBatch = (id: string, signal: AbortSignal): Promise<VoucherBatch> =>
  value(client.GET("/api/console/voucher-batches/{batch_id}", { ...batch(id), signal }));

export const fetchVouchersOf = (
  batch_id: string,
  cursor: string | null,
  signal: AbortSignal,
): Promise<Schemas["VoucherPage"]> =>
  value(client.GET("/api/console/vouchers", { params: { query: { batch_id, cursor, limit: 50 } }, signal }));

export const makeBatch = (made: NewVoucherBatch, key: string): Promise<MadeVoucherBatch> =>
  value(client.POST("/api/console/voucher-batches", { body: made, ...marked(key) }));

export const revokeBatch = (id: string): Promise<VoucherBatch> =>
  value(client.DELETE("/api/console/voucher-batches/{batch_id}", batch(id)));

export const revokeVoucher = (voucher_id: string): Promise<Voucher> =>
  value(client.DELETE("/api/console/vouchers/{voucher_id}", { params: { path: { voucher_id } } }));
