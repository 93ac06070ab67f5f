/** How well something is, out of what the server says of it. */
import type { Books, EngineHealth, Health } from "../api/console";

export type Condition = "well" | "care" | "trouble";

const ORDER: readonly Condition[] = ["well", "care", "trouble"];

export function worst(conditions: readonly Condition[]): Condition {
  return ORDER[Math.max(0, ...conditions.map((condition) => ORDER.indexOf(condition)))] ?? "well";
}

export function engineCondition({ state, problem }: Pick<EngineHealth, "state" | "problem">): Condition {
  if (state === "failed") return "trouble";
  return state === "ready" && problem === null ? "well" : "care";
}

/** Without its database nothing works. */
export function databaseCondition({ problem }: Health["database"]): Condition {
  return problem === "" ? "well" : "trouble";
}

/** Not yet checked is no reason to worry; a contradiction is. */
export function booksCondition({ findings }: Books): Condition {
  return findings.length === 0 ? "well" : "trouble";
}
