/** What the pages of learning ask of the server, as hooks. */
import { useInfiniteQuery, useMutation, useQuery } from "@tanstack/react-query";
import * as api from "../api/learning";
import { useServices } from "../app/services";

const keys = {
  consent: ["learning", "consent"],
  wanting: ["learning", "wanting"],
} as const;

export function useConsent() {
  return useQuery({
    queryKey: keys.consent,
    queryFn: ({ signal }) => api.fetchConsent(signal),
    staleTime: 60_000,
  });
}

export function useSetConsent() {
  const { queries } = useServices();
  return useMutation({
    mutationFn: api.setConsent,
    onSuccess: (consent) => queries.setQueryData(keys.consent, consent),
  });
}

export function useWanting() {
  return useInfiniteQuery({
    queryKey: keys.wanting,
    queryFn: ({ pageParam, signal }) => api.fetchWanting(pageParam, signal),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor,
  });
}
