/** What the pages on releases ask of the server, as hooks. What people say moves a trial, so it is looked at again. */
import { useQuery } from "@tanstack/react-query";
import * as api from "../../api/releases";
import { useCardLanguage } from "./useCardLanguage";

const LOOKS_EVERY_MS = 5_000;

const ALL = ["console", "releases"] as const;

export const releaseKeys = {
  all: ALL,
  list: [...ALL, "list"],
  rollouts: [...ALL, "rollouts"],
  one: (id: string) => [...ALL, "one", id],
  card: (id: string, language: api.CardLanguage) => [...ALL, "card", id, language],
} as const;

export function useReleases() {
  return useQuery({
    queryKey: releaseKeys.list,
    queryFn: ({ signal }) => api.fetchReleases(signal),
    refetchInterval: LOOKS_EVERY_MS,
  });
}

export function useRollouts() {
  return useQuery({
    queryKey: releaseKeys.rollouts,
    queryFn: ({ signal }) => api.fetchRollouts(signal),
    refetchInterval: LOOKS_EVERY_MS,
  });
}

export function useRelease(id: string) {
  return useQuery({
    queryKey: releaseKeys.one(id),
    queryFn: ({ signal }) => api.fetchRelease(id, signal),
    refetchInterval: LOOKS_EVERY_MS,
  });
}

/** A card is signed with its release: it never changes. */
export function useCard(id: string) {
  const language = useCardLanguage();
  return useQuery({
    queryKey: releaseKeys.card(id, language),
    queryFn: ({ signal }) => api.fetchCard(id, language, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
}
