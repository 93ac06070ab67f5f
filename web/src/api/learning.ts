/** What models learn from: consent, which of two answers is better, what trainers would have answered. */
import { client, EVEN_IF_LEFT, value } from "./client";
import type { components } from "./schema";
import type { SideBySide } from "./types";

type Schemas = components["schemas"];

export type Consent = Schemas["Consent"];
export type Choice = Schemas["ComparisonChoice"]["choice"];
export type WantingAnswer = Schemas["WantingAnswer"];
export type WantingAnswers = Schemas["WantingAnswers"];
export type NewDemonstration = Schemas["NewDemonstration"];

export const fetchConsent = (signal: AbortSignal): Promise<Consent> =>
  value(client.GET("/api/me/learning", { signal }));

export const setConsent = (is_given: boolean): Promise<Consent> =>
  value(client.PUT("/api/me/learning", { body: { is_given }, ...EVEN_IF_LEFT }));

/** `turn_id` is the id of the question: that of its first turn. */
export const choose = (turn_id: string, choice: Choice): Promise<SideBySide> =>
  value(
    client.PUT("/api/turns/{turn_id}/choice", {
      params: { path: { turn_id } },
      body: { choice },
      ...EVEN_IF_LEFT,
    }),
  );

export const fetchWanting = (cursor: string, signal: AbortSignal): Promise<WantingAnswers> =>
  value(client.GET("/api/demonstrations", { params: { query: { cursor, limit: 20 } }, signal }));

export const demonstrate = (demonstration: NewDemonstration): Promise<WantingAnswer> =>
  value(client.POST("/api/demonstrations", { body: demonstration }));
