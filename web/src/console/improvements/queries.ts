/** What the pages on improvements ask of the server, as hooks. */
import { useQuery } from "@tanstack/react-query";
import * as api from "../../api/improvements";
import type { CardLanguage } from "../../api/releases";
import { useCardLanguage } from "../releases/useCardLanguage";

const LOOKS_EVERY_MS = 3_000;

const ALL = ["console", "improvements"] as const;

export const improvementKeys = {
  all: ALL,
  list: [...ALL, "list"],
  material: [...ALL, "material"],
  one: (id: string, language: CardLanguage) => [...ALL, "one", id, language],
} as const;

export function useImprovements() {
  return useQuery({
    queryKey: improvementKeys.list,
    queryFn: ({ signal }) => api.fetchImprovements(signal),
    refetchInterval: LOOKS_EVERY_MS,
  });
}

/** The server reads all that was ever said for it, so it isn't asked again and again, but while it counts. */
export function useMaterial() {
  return useQuery({
    queryKey: improvementKeys.material,
    queryFn: ({ signal }) => api.fetchMaterial(signal),
    staleTime: 60_000,
    refetchInterval: ({ state }) => (state.data?.is_counted === false ? LOOKS_EVERY_MS : false),
  });
}

export function useImprovement(id: string) {
  const language = useCardLanguage();
  return useQuery({
    queryKey: improvementKeys.one(id, language),
    queryFn: ({ signal }) => api.fetchImprovement(id, language, signal),
    refetchInterval: LOOKS_EVERY_MS,
  });
}
