/** How a better model is made of what people said: what there is to learn from, and each improvement. */
import { client, value } from "./client";
import type { CardLanguage } from "./releases";
import type { components } from "./schema";

type Schemas = components["schemas"];

export type Improvement = Schemas["Improvement"];
export type Improvements = Schemas["Improvements"];
export type ImprovementDetails = Schemas["ImprovementDetails"];
export type Material = Schemas["Material"];
export type Method = Schemas["Method"];
export type Standing = Schemas["Standing"];
export type Step = Schemas["Step"];

const improvement = (improvement_id: string) => ({ params: { path: { improvement_id } } });

export const fetchImprovements = (signal: AbortSignal): Promise<Improvements> =>
  value(client.GET("/api/console/improvements", { signal }));

export const fetchMaterial = (signal: AbortSignal): Promise<Material> =>
  value(client.GET("/api/console/improvements/material", { signal }));

export const fetchImprovement = (
  improvement_id: string,
  language: CardLanguage,
  signal: AbortSignal,
): Promise<ImprovementDetails> =>
  value(
    client.GET("/api/console/improvements/{improvement_id}", {
      params: { path: { improvement_id }, query: { language } },
      signal,
    }),
  );

export const begin = (methods: Method[]): Promise<Improvement> =>
  value(client.POST("/api/console/improvements", { body: { methods, adapter: "lora", seed: 0 } }));

export const goOn = (id: string): Promise<Improvement> =>
  value(client.POST("/api/console/improvements/{improvement_id}/go-on", improvement(id)));

export const stop = (id: string): Promise<Improvement> =>
  value(client.POST("/api/console/improvements/{improvement_id}/stop", improvement(id)));

/** A page of its own, in either language. */
export const reportPath = (id: string, language: CardLanguage): string =>
  `/api/console/improvements/${encodeURIComponent(id)}/report?language=${language}`;
