/** What the account's pages ask of the server, as hooks. */
import { useInfiniteQuery, useMutation, useQuery } from "@tanstack/react-query";
import * as api from "../api/account";
import { useServices } from "../app/services";

const keys = {
  sessions: ["account", "sessions"],
  keys: ["account", "keys"],
} as const;

export function useSessions() {
  return useQuery({ queryKey: keys.sessions, queryFn: ({ signal }) => api.fetchSessions(signal) });
}

export function useEndSession() {
  const { queries } = useServices();
  return useMutation({
    mutationFn: api.endSession,
    onSettled: () => queries.invalidateQueries({ queryKey: keys.sessions }),
  });
}

export function useEndOtherSessions() {
  const { queries } = useServices();
  return useMutation({
    mutationFn: api.endOtherSessions,
    onSettled: () => queries.invalidateQueries({ queryKey: keys.sessions }),
  });
}

export function useKeys() {
  return useInfiniteQuery({
    queryKey: keys.keys,
    queryFn: ({ pageParam, signal }) => api.fetchKeys(pageParam, signal),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor,
  });
}

export function useRevokeKey() {
  const { queries } = useServices();
  return useMutation({
    mutationFn: api.revokeKey,
    onSettled: () => queries.invalidateQueries({ queryKey: keys.keys }),
  });
}

/** After a key was made. */
export function useKeysChanged(): () => Promise<void> {
  const { queries } = useServices();
  return () => queries.invalidateQueries({ queryKey: keys.keys });
}
