/** The projects of one's teams, and the conversations that those own. */
import { client, value } from "./client";
import type { components } from "./schema";
import type { Conversation, ConversationSummary } from "./types";

type Schemas = components["schemas"];

export type MyProject = Schemas["MyProject"];
export type ProjectConversationPage = Schemas["ProjectConversationPage"];

const path = (project_id: string) => ({ path: { project_id } });

export const fetchMyProjects = (signal: AbortSignal): Promise<MyProject[]> =>
  value(client.GET("/api/me/projects", { signal }));

export const fetchProjectConversations = (
  id: string,
  query: string,
  cursor: string | null,
  signal: AbortSignal,
): Promise<ProjectConversationPage> =>
  value(
    client.GET("/api/projects/{project_id}/conversations", {
      params: { ...path(id), query: { query, cursor, limit: 30 } },
      signal,
    }),
  );

export const createProjectConversation = (id: string): Promise<Conversation> =>
  value(client.POST("/api/projects/{project_id}/conversations", { params: path(id), body: { title: "" } }));

/** Null: out of all projects. */
export const moveConversation = (
  conversation_id: string,
  project_id: string | null,
): Promise<ConversationSummary> =>
  value(
    client.PATCH("/api/conversations/{conversation_id}", {
      params: { path: { conversation_id } },
      body: { project_id },
    }),
  );
