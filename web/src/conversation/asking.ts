import type { NewTurn } from "../api/types";

/** What wants an answer: a new question, a question put differently, or the same one again. */
export type Question =
  | { kind: "new"; text: string; parentId: string | null }
  | { kind: "edit"; text: string; parentId: string | null }
  | { kind: "again"; turnId: string; parentId: string | null; text: string };

/** The question in the server's words. */
export function newTurn(question: Question, settings: Pick<NewTurn, "model" | "parameters">): NewTurn {
  return question.kind === "again"
    ? { ...settings, regenerate: question.turnId }
    : { ...settings, question: question.text, parent_id: question.parentId };
}
