/** Two answers to one question, while nobody has said which is better. Pure; knows neither the server nor React. */
import type { Conversation, SideBySide, Turn } from "../api/types";
import type { Step } from "./tree";

export interface Pair {
  comparison: SideBySide;
  left: Turn;
  right: Turn;
}

/** Whoever has gone on from one of the two isn't asked any more: the pair is shown at the end of the path alone. */
export function pairAt(
  last: Step | undefined,
  { turns, side_by_side }: Pick<Conversation, "turns" | "side_by_side">,
): Pair | null {
  const comparison = side_by_side.find(
    ({ question_id, choice }) => choice === null && question_id === last?.turn.question_id,
  );
  const left = turns.find(({ id }) => id === comparison?.left_id);
  const right = turns.find(({ id }) => id === comparison?.right_id);
  if (comparison === undefined || left === undefined || right === undefined) return null;
  const hasGoneOn = turns.some(({ parent_id }) => parent_id === left.id || parent_id === right.id);
  return hasGoneOn ? null : { comparison, left, right };
}

/** The turn that the conversation goes on with. */
export function keptId({ choice, left_id, right_id, question_id }: SideBySide): string {
  if (choice === "left") return left_id;
  return choice === "right" ? right_id : question_id;
}
