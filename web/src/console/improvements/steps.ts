/** How each step of an improvement stands, out of what the server says of the whole. */
import type { Improvement, Step } from "../../api/improvements";

export const STEPS: readonly Step[] = ["snapshot", "train", "examine", "propose", "roll_out"];

export type StepState = "done" | "going" | "failed" | "waiting" | "left" | "yours";

export function stepState(improvement: Improvement, step: Step): StepState {
  const { state, done, standing, failure } = improvement;
  if (standing?.step === step) return "going";
  if (state === "failed" && failure?.step === step) return "failed";
  if (state === "rejected") return step === "examine" ? "failed" : done.includes(step) ? "done" : "left";
  if (done.includes(step)) return "done";
  return state === "proposed" && !improvement.goes_on ? "yours" : "waiting";
}
