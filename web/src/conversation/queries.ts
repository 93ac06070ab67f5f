/** What the pages ask of the server, as hooks. */
import { useInfiniteQuery, useMutation, useQuery } from "@tanstack/react-query";
import * as api from "../api/calls";
import { type Choice, choose } from "../api/learning";
import type { Conversation, Feedback, ModelInfo } from "../api/types";
import { useServices } from "../app/services";
import { forgetConversation, keys, merged, putSelection, putSideBySide, putTurn } from "./cache";
import { keptId, type Pair } from "./pair";

const AWAKE_POLL_MS = 30_000;
const WAKING_POLL_MS = 1_500;
const SHARED_POLL_MS = 5_000;

export function useMe() {
  return useQuery({ queryKey: keys.me, queryFn: ({ signal }) => api.fetchMe(signal), staleTime: 60_000 });
}

/** Asked often while a model is not ready, so that the page says so, and stops saying so, in time. */
export function useModels() {
  return useQuery({
    queryKey: keys.models,
    queryFn: ({ signal }) => api.fetchModels(signal),
    refetchInterval: ({ state }) =>
      state.status === "success" && state.data?.every((model) => model.state === "ready")
        ? AWAKE_POLL_MS
        : WAKING_POLL_MS,
  });
}

/** The model that answers when nobody chose one. */
export function defaultModel(models: readonly ModelInfo[] | undefined): ModelInfo | undefined {
  return models?.find((model) => model.is_default) ?? models?.[0];
}

export function useConversations(query: string) {
  return useInfiniteQuery({
    queryKey: keys.list(query),
    queryFn: ({ pageParam, signal }) => api.fetchConversations(query, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: (previous) => previous,
  });
}

export function useConversation(id: string | null) {
  const { queries } = useServices();
  return useQuery({
    queryKey: keys.conversation(id ?? ""),
    queryFn: async ({ signal }) => {
      const fresh = await api.fetchConversation(id ?? "", signal);
      return merged(queries.getQueryData<Conversation>(keys.conversation(fresh.id)), fresh);
    },
    enabled: id !== null,
    // Others may be writing in it.
    refetchInterval: ({ state }) => (state.data?.project_id ? SHARED_POLL_MS : false),
  });
}

export function useRename() {
  const { queries, tabs } = useServices();
  return useMutation({
    mutationFn: ({ id, title }: { id: string; title: string }) => api.changeConversation(id, { title }),
    onSettled: (_data, error, { id }) => {
      tabs.tell({ kind: "conversation", id });
      const shownAnew = forgetConversation(queries, id);
      // Pending until the list has the new title: the old one must not come back in between.
      return error === null ? shownAnew : undefined;
    },
  });
}

export function useDelete() {
  const { queries, tabs } = useServices();
  return useMutation({
    mutationFn: (id: string) => api.deleteConversation(id),
    onSuccess: (_data, id) => {
      tabs.tell({ kind: "conversation", id });
      queries.removeQueries({ queryKey: keys.conversation(id) });
      return queries.invalidateQueries({ queryKey: keys.lists });
    },
  });
}

export function useSelect(conversationId: string) {
  const { queries } = useServices();
  const mutation = useMutation({
    mutationFn: (turnId: string) => api.changeConversation(conversationId, { selected_turn_id: turnId }),
    onMutate: (turnId) => putSelection(queries, conversationId, turnId),
  });
  return mutation.mutate;
}

/** Says which of two answers is better; the page goes on with it at once. */
export function useChoose({ comparison, left }: Pair) {
  const { queries, tabs } = useServices();
  const show = (two: Pair["comparison"]) => {
    putSideBySide(queries, left.conversation_id, two);
    putSelection(queries, left.conversation_id, keptId(two));
  };
  return useMutation({
    mutationFn: (choice: Choice) => choose(comparison.question_id, choice),
    onMutate: (choice) => show({ ...comparison, choice }),
    onError: () => {
      show(comparison);
      void forgetConversation(queries, left.conversation_id);
    },
    onSuccess: () => tabs.tell({ kind: "conversation", id: left.conversation_id }),
  });
}

export function useStop() {
  const { queries } = useServices();
  return useMutation({ mutationFn: api.stopTurn, onSuccess: (turn) => putTurn(queries, turn) });
}

export function useFeedback(turnId: string) {
  const { queries, tabs } = useServices();
  return useMutation({
    // One after another, so that of two quick presses the last one counts.
    scope: { id: `feedback ${turnId}` },
    mutationFn: (feedback: Feedback) => api.sendFeedback(turnId, feedback),
    onSuccess: (turn) => {
      putTurn(queries, turn);
      tabs.tell({ kind: "conversation", id: turn.conversation_id });
    },
  });
}

export function useEditAnswer(turnId: string) {
  const { queries, tabs } = useServices();
  return useMutation({
    mutationFn: (text: string) => api.editAnswer(turnId, text),
    onSuccess: (turn) => {
      putTurn(queries, turn);
      tabs.tell({ kind: "conversation", id: turn.conversation_id });
    },
  });
}
