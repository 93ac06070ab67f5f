/** What a team's page asks of the server, as hooks. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { fetchUsage } from "../api/purse";
import * as api from "../api/teams";
import { useServices } from "../app/services";
import { consoleKeys } from "../console/queries";
import { keys } from "../conversation/cache";

const keyOf = (id: string, ...what: string[]) => ["team", id, ...what];

export function useTeam(id: string) {
  return useQuery({ queryKey: keyOf(id, "itself"), queryFn: ({ signal }) => api.fetchTeam(id, signal) });
}

export function useMembers(id: string) {
  return useInfiniteQuery({
    queryKey: keyOf(id, "members"),
    queryFn: ({ pageParam, signal }) => api.fetchMembers(id, pageParam, signal),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor,
  });
}

export function useTeamInvitations(id: string, enabled: boolean) {
  return useQuery({
    queryKey: keyOf(id, "invitations"),
    queryFn: ({ signal }) => api.fetchTeamInvitations(id, signal),
    enabled,
  });
}

export function useProjects(id: string) {
  return useQuery({
    queryKey: keyOf(id, "projects"),
    queryFn: ({ signal }) => api.fetchProjects(id, signal),
  });
}

export function useProjectKeys(teamId: string, projectId: string) {
  return useInfiniteQuery({
    queryKey: keyOf(teamId, "projects", projectId, "keys"),
    queryFn: ({ pageParam, signal }) => api.fetchProjectKeys(projectId, pageParam, signal),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor,
  });
}

export function useBudgets(id: string) {
  return useQuery({ queryKey: keyOf(id, "budgets"), queryFn: ({ signal }) => api.fetchBudgets(id, signal) });
}

/** What members' turns have cost the team in this calendar month, which is one in UTC, by member. */
export function useSpendingThisMonth(id: string) {
  const today = new Date().toISOString().slice(0, 10);
  const range = { first: `${today.slice(0, 8)}01`, last: today };
  return useQuery({
    queryKey: keyOf(id, "spending", range.last),
    queryFn: ({ signal }) => fetchUsage(id, range, "person", signal),
  });
}

/** All that is known of a team is asked anew, in the lists that it stands in too. */
export function useTeamChanged(id: string): () => Promise<unknown> {
  const { queries } = useServices();
  return () =>
    Promise.all(
      [keyOf(id), keys.me, keys.projects, consoleKeys.teams].map((queryKey) =>
        queries.invalidateQueries({ queryKey }),
      ),
    );
}
