/** The server's API as plain functions. Each returns the value or throws an `ApiProblem`. */
import { client, EVEN_IF_LEFT, value } from "./client";
import type {
  AskedTurn,
  Conversation,
  ConversationChange,
  ConversationPage,
  ConversationSummary,
  Feedback,
  Me,
  ModelInfo,
  NewTurn,
  Turn,
} from "./types";

const conversationPath = (conversation_id: string) => ({ params: { path: { conversation_id } } });
const turnPath = (turn_id: string) => ({ params: { path: { turn_id } } });

export const signOut = (): Promise<unknown> => value(client.DELETE("/api/session"));

export const fetchMe = (signal: AbortSignal): Promise<Me> => value(client.GET("/api/me", { signal }));

export const fetchModels = (signal: AbortSignal): Promise<ModelInfo[]> =>
  value(client.GET("/api/models", { signal }));

export const fetchConversations = (
  query: string,
  cursor: string | null,
  signal: AbortSignal,
): Promise<ConversationPage> =>
  value(client.GET("/api/conversations", { params: { query: { query, cursor, limit: 40 } }, signal }));

export const fetchConversation = (id: string, signal: AbortSignal): Promise<Conversation> =>
  value(client.GET("/api/conversations/{conversation_id}", { ...conversationPath(id), signal }));

export const createConversation = (): Promise<Conversation> =>
  value(client.POST("/api/conversations", { body: { title: "" } }));

export const changeConversation = (id: string, change: ConversationChange): Promise<ConversationSummary> =>
  value(
    client.PATCH("/api/conversations/{conversation_id}", {
      ...conversationPath(id),
      body: change,
      ...EVEN_IF_LEFT,
    }),
  );

export const deleteConversation = (id: string): Promise<unknown> =>
  value(client.DELETE("/api/conversations/{conversation_id}", { ...conversationPath(id), ...EVEN_IF_LEFT }));

export const ask = (conversationId: string, turn: NewTurn): Promise<AskedTurn> =>
  value(
    client.POST("/api/conversations/{conversation_id}/turns", {
      ...conversationPath(conversationId),
      body: turn,
    }),
  );

export const stopTurn = (id: string): Promise<Turn> =>
  value(client.POST("/api/turns/{turn_id}/stop", turnPath(id)));

export const sendFeedback = (id: string, feedback: Feedback): Promise<Turn> =>
  value(client.PUT("/api/turns/{turn_id}/feedback", { ...turnPath(id), body: feedback, ...EVEN_IF_LEFT }));

export const editAnswer = (id: string, text: string): Promise<Turn> =>
  value(client.PUT("/api/turns/{turn_id}/answer", { ...turnPath(id), body: { text } }));
