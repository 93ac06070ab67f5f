/** What is asked of the server about projects, as hooks. */
import { useInfiniteQuery, useMutation, useQuery } from "@tanstack/react-query";
import * as api from "../api/projects";
import type { Me } from "../api/types";
import { useServices } from "../app/services";
import { forgetConversation, keys } from "../conversation/cache";
import { useMe } from "../conversation/queries";

/** Others write here, too: what they did is seen after so long at the latest. */
const OTHERS_POLL_MS = 15_000;

/** The projects of one's teams; nobody asks for those of people who are in none. */
export function useMyProjects() {
  const isInTeams = (useMe().data?.teams.length ?? 0) > 0;
  return useQuery({
    queryKey: keys.projects,
    queryFn: ({ signal }) => api.fetchMyProjects(signal),
    enabled: isInTeams,
    refetchInterval: OTHERS_POLL_MS,
  });
}

/** One of them, once they are known. */
export function useMyProject(id: string | null): api.MyProject | undefined {
  return useMyProjects().data?.find((project) => project.id === id);
}

export function useProjectConversations(id: string, query = "") {
  return useInfiniteQuery({
    queryKey: keys.projectList(id, query),
    queryFn: ({ pageParam, signal }) => api.fetchProjectConversations(id, query, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    refetchInterval: OTHERS_POLL_MS,
  });
}

export function useMove() {
  const { queries, tabs } = useServices();
  return useMutation({
    mutationFn: ({ id, projectId }: { id: string; projectId: string | null }) =>
      api.moveConversation(id, projectId),
    onSettled: (_data, _error, { id }) => {
      tabs.tell({ kind: "conversation", id });
      void forgetConversation(queries, id);
    },
  });
}

/** Whether somebody may rename and delete a conversation: who started it may, and who looks after its project. */
export function mayChange(
  me: Pick<Me, "id"> | undefined,
  conversation: { owner_id: string },
  project: Pick<api.MyProject, "role"> | undefined,
): boolean {
  return conversation.owner_id === me?.id || project?.role === "owner" || project?.role === "admin";
}
