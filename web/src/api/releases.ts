/** Which models answer people, and how a new one comes among them. */
import { client, value } from "./client";
import type { components } from "./schema";

type Schemas = components["schemas"];

export type Release = Schemas["Release"];
export type Releases = Schemas["Releases"];
export type ReleaseDetails = Schemas["ReleaseDetails"];
export type ReleaseChange = Schemas["ReleaseChange"];
export type Rollout = Schemas["Rollout"];
export type Shadow = Schemas["Shadow"];
export type Evidence = Schemas["Evidence"];
export type Examination = Schemas["Examination"];
export type Suite = Schemas["ExaminationSuite"];
export type Sample = Schemas["ExaminationSample"];

const release = (release_id: string) => ({ params: { path: { release_id } } });

export const fetchReleases = (signal: AbortSignal): Promise<Releases> =>
  value(client.GET("/api/console/releases", { signal }));

export const fetchRollouts = (signal: AbortSignal): Promise<Rollout[]> =>
  value(client.GET("/api/console/rollouts", { signal }));

export const fetchRelease = (id: string, signal: AbortSignal): Promise<ReleaseDetails> =>
  value(client.GET("/api/console/releases/{release_id}", { ...release(id), signal }));

/** In which the reasons on a card are told. */
export type CardLanguage = "en" | "zh";

export const fetchCard = (
  release_id: string,
  language: CardLanguage,
  signal: AbortSignal,
): Promise<Schemas["Card"]> =>
  value(
    client.GET("/api/console/releases/{release_id}/card", {
      params: { path: { release_id }, query: { language } },
      signal,
    }),
  );

export const promote = (id: string, promotion: Schemas["Promotion"]): Promise<ReleaseDetails> =>
  value(client.POST("/api/console/releases/{release_id}/promote", { ...release(id), body: promotion }));

export const retire = (id: string, why: string): Promise<ReleaseDetails> =>
  value(client.POST("/api/console/releases/{release_id}/retire", { ...release(id), body: { why } }));

/** Refused if by now another would be taken back. */
export const rollBack = (id: string, why: string): Promise<ReleaseDetails> =>
  value(client.POST("/api/console/releases/rollback", { body: { release_id: id, why } }));
