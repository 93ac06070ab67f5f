/** Sends a question: makes the conversation where there is none yet, then opens the turn that answers it. */
import { useMutation } from "@tanstack/react-query";
import * as api from "../api/calls";
import { createProjectConversation } from "../api/projects";
import type { AskedTurn, Conversation, NewTurn } from "../api/types";
import { conversationPath, navigate, newInProjectPath } from "../app/router";
import { useServices } from "../app/services";
import { newTurn, type Question } from "./asking";
import { forgetConversation, keys, putSelection, putSideBySide, putTurn } from "./cache";

interface Asking extends Pick<NewTurn, "model" | "parameters"> {
  question: Question;
}

/** `projectId` is where a conversation that is yet to be made belongs. */
export function useAsk(conversationId: string | null, projectId: string | null) {
  const { queries, tabs } = useServices();
  const beginning = projectId === null ? "/" : newInProjectPath(projectId);
  return useMutation({
    mutationFn: ({ question, ...settings }: Asking) => {
      const turn = newTurn(question, settings);
      return conversationId === null ? askInNew(projectId, turn) : askIn(conversationId, turn);
    },
    meta: { saysItself: true },
    onSuccess: ({ turn: { rival, side_by_side, ...turn }, conversation }) => {
      if (conversation) queries.setQueryData<Conversation>(keys.conversation(conversation.id), conversation);
      putTurn(queries, turn);
      if (rival) putTurn(queries, rival);
      if (side_by_side) putSideBySide(queries, turn.conversation_id, side_by_side);
      putSelection(queries, turn.conversation_id, turn.id);
      tabs.tell({ kind: "conversation", id: turn.conversation_id });
      // A new conversation takes its title from its first question; the server knows it now.
      if (conversation) void forgetConversation(queries, conversation.id);
      if (conversation && location.pathname === beginning) navigate(conversationPath(conversation.id));
    },
  });
}

interface Asked {
  turn: AskedTurn;
  /** The conversation, where it was made for this question. */
  conversation: Conversation | null;
}

async function askIn(conversationId: string, turn: NewTurn): Promise<Asked> {
  return { turn: await api.ask(conversationId, turn), conversation: null };
}

async function askInNew(projectId: string | null, turn: NewTurn): Promise<Asked> {
  const conversation = await (projectId === null
    ? api.createConversation()
    : createProjectConversation(projectId));
  try {
    return { turn: await api.ask(conversation.id, turn), conversation };
  } catch (thrown) {
    // An empty conversation is of use to nobody; if it can't be removed either, it is merely empty.
    await api.deleteConversation(conversation.id).catch(() => undefined);
    throw thrown;
  }
}
