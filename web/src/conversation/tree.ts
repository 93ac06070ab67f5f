/**
 * A conversation is a tree of turns (a question with its answer). One path through it is shown.
 *
 * Turns with one parent are siblings: those with one `question_id` are answers to the same question, those with
 * different ones are versions of the question. Pure functions; nothing here knows the server or React.
 */
import type { Turn } from "../api/types";

/** Where a turn stands among the versions of its question, or among the answers to it. */
export interface Choice {
  /** The turns to choose between, oldest first; for versions of a question, the newest answer to each. */
  options: readonly Turn[];
  index: number;
}

/** One step of the path that is shown. */
export interface Step {
  turn: Turn;
  questions: Choice;
  answers: Choice;
}

/** The path from the first question to the newest leaf under `selectedId` (or, without one, under the newest turn). */
export function pathTo(turns: readonly Turn[], selectedId: string | null): Step[] {
  const children = childrenByParent(turns);
  const leaf = newestLeaf(children, turns.find((turn) => turn.id === selectedId) ?? newest(turns));
  const byId = new Map(turns.map((turn) => [turn.id, turn]));
  const path: Step[] = [];
  const seen = new Set<string>();
  for (let turn = leaf; turn !== undefined && !seen.has(turn.id); turn = byId.get(turn.parent_id ?? "")) {
    seen.add(turn.id);
    path.unshift(stepAt(turn, children.get(turn.parent_id) ?? [turn]));
  }
  return path;
}

/** The same turns with one replaced or added. */
export function withTurn(turns: readonly Turn[], turn: Turn): Turn[] {
  return turns.some((each) => each.id === turn.id)
    ? turns.map((each) => (each.id === turn.id ? turn : each))
    : [...turns, turn];
}

function stepAt(turn: Turn, siblings: readonly Turn[]): Step {
  const byQuestion = groupBy(siblings, (sibling) => sibling.question_id);
  const answers = byQuestion.get(turn.question_id) ?? [turn];
  const questionIds = [...byQuestion.keys()];
  return {
    turn,
    answers: { options: answers, index: answers.indexOf(turn) },
    questions: {
      options: [...byQuestion.values()].flatMap((group) => group.slice(-1)),
      index: questionIds.indexOf(turn.question_id),
    },
  };
}

function childrenByParent(turns: readonly Turn[]): Map<string | null, Turn[]> {
  return groupBy(oldestFirst(turns), (turn) => turn.parent_id);
}

function newestLeaf(children: Map<string | null, Turn[]>, start: Turn | undefined): Turn | undefined {
  let turn = start;
  for (let next = turn; next !== undefined; next = children.get(next.id)?.at(-1)) turn = next;
  return turn;
}

/** Ids sort by the time they were made, which settles what equal clock readings leave open. */
function oldestFirst(turns: readonly Turn[]): Turn[] {
  return turns.toSorted(
    (a, b) => Date.parse(a.created_at) - Date.parse(b.created_at) || (a.id < b.id ? -1 : Number(a.id > b.id)),
  );
}

function newest(turns: readonly Turn[]): Turn | undefined {
  return oldestFirst(turns).at(-1);
}

function groupBy<K>(turns: readonly Turn[], key: (turn: Turn) => K): Map<K, Turn[]> {
  const groups = new Map<K, Turn[]>();
  for (const turn of turns) {
    const group = groups.get(key(turn));
    if (group) group.push(turn);
    else groups.set(key(turn), [turn]);
  }
  return groups;
}
