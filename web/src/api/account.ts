/** What the server knows of the person who is signed in. */
import { client, value } from "./client";
import type { components } from "./schema";
import type { Me } from "./types";

type Schemas = components["schemas"];

export type MeChange = Schemas["MeChange"];
export type NewPassword = Schemas["NewPassword"];
export type Session = Schemas["Session"];
export type ApiKey = Schemas["Key"];
export type MyKeyPage = Schemas["MyKeyPage"];
export type NewKey = Schemas["NewKey"];
export type MadeKey = Schemas["MadeKey"];
export type Scope = ApiKey["scopes"][number];

export const changeMe = (change: MeChange): Promise<Me> => value(client.PATCH("/api/me", { body: change }));

/** The team that one works for; null: oneself. */
export const workFor = (team_id: string | null): Promise<unknown> =>
  value(client.PUT("/api/me/current-team", { body: { team_id } }));

/** Sends a code to an address that one wants to add. */
export const requestContactCode = (to: Schemas["CodeRequest"]): Promise<unknown> =>
  value(client.POST("/api/me/contacts", { body: to }));

export const addContact = (proof: Schemas["ContactCode"]): Promise<Me> =>
  value(client.PUT("/api/me/contacts", { body: proof }));

export const setPassword = (password: NewPassword): Promise<unknown> =>
  value(client.POST("/api/me/password", { body: password }));

export const fetchOpenIdLink = (signal: AbortSignal): Promise<Schemas["OpenIdLink"]> =>
  value(client.GET("/api/me/openid", { signal }));

/** Where the browser has to go to be linked. */
export const beginOpenIdLink = (): Promise<Schemas["ProviderPage"]> => value(client.POST("/api/me/openid"));

export const endOpenIdLink = (): Promise<unknown> => value(client.DELETE("/api/me/openid"));

export const fetchSessions = (signal: AbortSignal): Promise<Session[]> =>
  value(client.GET("/api/me/sessions", { signal }));

export const endSession = (session_id: string): Promise<unknown> =>
  value(client.DELETE("/api/me/sessions/{session_id}", { params: { path: { session_id } } }));

export const endOtherSessions = (): Promise<unknown> => value(client.DELETE("/api/me/sessions"));

export const fetchKeys = (cursor: string, signal: AbortSignal): Promise<MyKeyPage> =>
  value(client.GET("/api/me/keys", { params: { query: { cursor, limit: 50 } }, signal }));

export const makeKey = (key: NewKey): Promise<MadeKey> => value(client.POST("/api/me/keys", { body: key }));

export const revokeKey = (key_id: string): Promise<ApiKey> =>
  value(client.DELETE("/api/me/keys/{key_id}", { params: { path: { key_id } } }));
