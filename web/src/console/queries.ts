/** What the console's pages ask of the server, as hooks. */
import { type QueryKey, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import * as availability from "../api/availability";
import * as api from "../api/console";
import * as vouchers from "../api/vouchers";
import { useServices } from "../app/services";

export const consoleKeys = {
  people: ["console", "people"],
  person: (id: string) => ["console", "people", "one", id],
  invitations: ["console", "invitations"],
  keys: ["console", "keys"],
  prices: ["console", "prices"],
  plans: ["console", "plans"],
  vouchers: ["console", "vouchers"],
  availability: ["console", "availability"],
  wallet: (id: string) => ["console", "wallets", id],
  wallets: ["console", "all wallets"],
  subscriptions: ["console", "subscriptions"],
  payments: ["console", "payments"],
  teams: ["console", "teams"],
} as const;

/** Everything below a key is asked anew. */
export function useRefresh(): (key: QueryKey) => Promise<void> {
  const { queries } = useServices();
  return (queryKey) => queries.invalidateQueries({ queryKey });
}

export function usePeople(search: string, kind: "person" | "visitor") {
  return useInfiniteQuery({
    queryKey: [...consoleKeys.people, "list", kind, search],
    queryFn: ({ pageParam, signal }) => api.fetchPeople(search, kind, pageParam, signal),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: (previous) => previous,
  });
}

export function usePerson(id: string) {
  return useQuery({
    queryKey: consoleKeys.person(id),
    queryFn: ({ signal }) => api.fetchPerson(id, signal),
  });
}

export function useInvitations() {
  return useQuery({
    queryKey: consoleKeys.invitations,
    queryFn: ({ signal }) => api.fetchInvitations(signal),
  });
}

export function useAllKeys(ownerId = "") {
  return useInfiniteQuery({
    queryKey: [...consoleKeys.keys, ownerId],
    queryFn: ({ pageParam, signal }) => api.fetchAllKeys(ownerId, pageParam, signal),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor,
  });
}

export function usePrices() {
  return useInfiniteQuery({
    queryKey: consoleKeys.prices,
    queryFn: ({ pageParam, signal }) => api.fetchPrices(pageParam, signal),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor,
  });
}

export function usePlans() {
  return useQuery({ queryKey: consoleKeys.plans, queryFn: ({ signal }) => api.fetchPlans(signal) });
}

export function useVoucherBatches() {
  return useInfiniteQuery({
    queryKey: [...consoleKeys.vouchers, "batches"],
    queryFn: ({ pageParam, signal }) => vouchers.fetchBatches(pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });
}

export function useVoucherBatch(id: string) {
  return useQuery({
    queryKey: [...consoleKeys.vouchers, "batch", id],
    queryFn: ({ signal }) => vouchers.fetchBatch(id, signal),
  });
}

export function useVouchersOf(batchId: string) {
  return useInfiniteQuery({
    queryKey: [...consoleKeys.vouchers, "of", batchId],
    queryFn: ({ pageParam, signal }) => vouchers.fetchVouchersOf(batchId, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });
}

export function useAvailabilityRules() {
  return useQuery({
    queryKey: [...consoleKeys.availability, "rules"],
    queryFn: ({ signal }) => availability.fetchRules(signal),
  });
}

export function usePersonalRules() {
  return useInfiniteQuery({
    queryKey: [...consoleKeys.availability, "personal"],
    queryFn: ({ pageParam, signal }) => availability.fetchPersonalRules(pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });
}

export function useWaitingList() {
  return useInfiniteQuery({
    queryKey: [...consoleKeys.availability, "waiting"],
    queryFn: ({ pageParam, signal }) => availability.fetchWaiting(pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });
}

export function useWallets() {
  return useInfiniteQuery({
    queryKey: consoleKeys.wallets,
    queryFn: ({ pageParam, signal }) => api.fetchWallets(pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });
}

export function useSubscriptions() {
  return useInfiniteQuery({
    queryKey: consoleKeys.subscriptions,
    queryFn: ({ pageParam, signal }) => api.fetchSubscriptions(pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });
}

export function useWallet(holderId: string) {
  return useQuery({
    queryKey: consoleKeys.wallet(holderId),
    queryFn: ({ signal }) => api.fetchWallet(holderId, signal),
  });
}

export function useWalletStatement(holderId: string) {
  return useInfiniteQuery({
    queryKey: [...consoleKeys.wallet(holderId), "statement"],
    queryFn: ({ pageParam, signal }) => api.fetchWalletStatement(holderId, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });
}

export function useAllPayments() {
  return useInfiniteQuery({
    queryKey: consoleKeys.payments,
    queryFn: ({ pageParam, signal }) => api.fetchAllPayments(pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });
}
