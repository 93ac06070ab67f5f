/** What the pages about money ask of the server, for one's own purse and for a team's. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import type { PurseId } from "../api/purse";
import * as api from "../api/purse";
import { useServices } from "../app/services";

const keyOf = (purse: PurseId, ...what: string[]) => ["purse", purse ?? "own", ...what];

export function useBalance(purse: PurseId) {
  return useQuery({
    queryKey: keyOf(purse, "balance"),
    queryFn: ({ signal }) => api.fetchBalance(purse, signal),
  });
}

export function usePlanOffers() {
  return useQuery({ queryKey: ["plan offers"], queryFn: ({ signal }) => api.fetchPlanOffers(signal) });
}

export function useStatement(purse: PurseId) {
  return useInfiniteQuery({
    queryKey: keyOf(purse, "statement"),
    queryFn: ({ pageParam, signal }) => api.fetchStatement(purse, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });
}

export function usePayments(purse: PurseId) {
  return useInfiniteQuery({
    queryKey: keyOf(purse, "payments"),
    queryFn: ({ pageParam, signal }) => api.fetchPayments(purse, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });
}

/** After money moved. */
export function usePurseChanged(purse: PurseId): () => Promise<void> {
  const { queries } = useServices();
  return () => queries.invalidateQueries({ queryKey: keyOf(purse) });
}
