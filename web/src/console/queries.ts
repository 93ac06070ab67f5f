/** What the console's pages ask of the server, as hooks. */
import { type QueryKey, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import * as api from "../api/console";
import { useServices } from "../app/services";

export const consoleKeys = {
  people: ["console", "people"],
  person: (id: string) => ["console", "people", "one", id],
  invitations: ["console", "invitations"],
  keys: ["console", "keys"],
  prices: ["console", "prices"],
  plans: ["console", "plans"],
  vouchers: ["console", "vouchers"],
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

export function useVouchers() {
  return useInfiniteQuery({
    queryKey: consoleKeys.vouchers,
    queryFn: ({ pageParam, signal }) => api.fetchVouchers(pageParam, signal),
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
