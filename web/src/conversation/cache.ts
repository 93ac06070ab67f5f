/** What is known of conversations, as TanStack Query keeps it; the only place that writes into that cache. */
import type { QueryClient } from "@tanstack/react-query";
import type { Conversation, SideBySide, Turn } from "../api/types";
import { withTurn } from "./tree";

export const keys = {
  me: ["me"],
  models: ["models"],
  lists: ["conversations"],
  list: (query: string) => ["conversations", query],
  projectList: (id: string, query: string) => ["conversations", { project: id }, query],
  /** Those of one's teams. */
  projects: ["projects"],
  conversation: (id: string) => ["conversation", id],
} as const;

/** Puts a turn, new or changed, into its conversation; the list learns of it too. */
export function putTurn(queries: QueryClient, turn: Turn): void {
  change(queries, turn.conversation_id, (conversation) => ({
    ...conversation,
    turns: withTurn(conversation.turns, turn),
  }));
  void queries.invalidateQueries({ queryKey: keys.lists });
}

export function putSelection(queries: QueryClient, conversationId: string, turnId: string): void {
  change(queries, conversationId, (conversation) => ({ ...conversation, selected_turn_id: turnId }));
}

/** Puts a comparison, new or changed, into its conversation. */
export function putSideBySide(queries: QueryClient, conversationId: string, two: SideBySide): void {
  change(queries, conversationId, (conversation) => ({
    ...conversation,
    side_by_side: [
      ...conversation.side_by_side.filter(({ question_id }) => question_id !== two.question_id),
      two,
    ],
  }));
}

/** What is cached of a conversation is out of date: whoever shows it asks again. Done when the lists have been told. */
export function forgetConversation(queries: QueryClient, id: string): Promise<void> {
  void queries.invalidateQueries({ queryKey: keys.conversation(id) });
  return queries.invalidateQueries({ queryKey: keys.lists });
}

/**
 * A fresh copy must not pull the reader to another branch because somebody, in another tab, looks at that one; and it
 * may have been taken a moment before a turn was closed here, or one of two answers picked.
 */
export function merged(known: Conversation | undefined, fresh: Conversation): Conversation {
  if (known === undefined) return fresh;
  const still = fresh.turns.some((turn) => turn.id === known.selected_turn_id);
  const decided = new Map(
    known.side_by_side.filter((two) => two.choice !== null).map((two) => [two.question_id, two]),
  );
  const closed = new Map(known.turns.filter((turn) => turn.state !== "open").map((turn) => [turn.id, turn]));
  return {
    ...fresh,
    selected_turn_id: still ? known.selected_turn_id : fresh.selected_turn_id,
    side_by_side: fresh.side_by_side.map((two) =>
      two.choice === null ? (decided.get(two.question_id) ?? two) : two,
    ),
    turns: fresh.turns.map((turn) => (turn.state === "open" ? (closed.get(turn.id) ?? turn) : turn)),
  };
}

function change(queries: QueryClient, id: string, edit: (conversation: Conversation) => Conversation): void {
  queries.setQueryData<Conversation>(keys.conversation(id), (known) =>
    known === undefined ? known : edit(known),
  );
}
