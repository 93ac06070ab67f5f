/** To whom it is available where, and who waits to be let in. */
import { client, value } from "./client";
import type { components, paths } from "./schema";

type Schemas = components["schemas"];

export type AvailabilityRule = Schemas["AvailabilityRule"];
export type AvailabilityRules = Schemas["AvailabilityRules"];
export type RuleChange = Schemas["RuleChange"];
export type Audience = AvailabilityRule["audience"];
export type Verdict = AvailabilityRule["verdict"];
export type Trial = Schemas["Trial"];
export type Waiting = Schemas["Waiting"];
export type Asked = NonNullable<paths["/api/console/availability/trial"]["get"]["parameters"]["query"]>;

/** By whom it is for and where, a rule is told from all others. */
export type RuleName = Pick<AvailabilityRule, "audience" | "subject" | "country">;

export const fetchRules = (signal: AbortSignal): Promise<AvailabilityRules> =>
  value(client.GET("/api/console/availability/rules", { signal }));

export const fetchPersonalRules = (
  cursor: string | null,
  signal: AbortSignal,
): Promise<Schemas["PersonalRules"]> =>
  value(
    client.GET("/api/console/availability/personal-rules", {
      params: { query: { cursor, limit: 50 } },
      signal,
    }),
  );

export const setRule = (rule: RuleChange): Promise<AvailabilityRule> =>
  value(client.PUT("/api/console/availability/rules", { body: rule }));

export const removeRule = ({ audience, subject, country }: RuleName): Promise<unknown> =>
  value(
    client.DELETE("/api/console/availability/rules", { params: { query: { audience, subject, country } } }),
  );

export const tryOut = (query: Asked): Promise<Trial> =>
  value(client.GET("/api/console/availability/trial", { params: { query } }));

export const fetchWaiting = (cursor: string | null, signal: AbortSignal): Promise<Schemas["WaitingPage"]> =>
  value(
    client.GET("/api/console/availability/waiting", { params: { query: { cursor, limit: 50 } }, signal }),
  );

export const admit = (person_id: string): Promise<unknown> =>
  value(
    client.POST("/api/console/availability/waiting/{person_id}/admission", {
      params: { path: { person_id } },
    }),
  );
