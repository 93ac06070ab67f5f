import { describe, expect, it } from "vitest";
import type { Turn } from "../api/types";
import { pathTo, withTurn } from "./tree";

let clock = 0;

function turn(id: string, parent: string | null, question = id): Turn {
  clock += 1;
  return {
    id,
    asked_by: "p",
    conversation_id: "c",
    parent_id: parent,
    question_id: question,
    question: `question of ${question}`,
    answer: `answer ${id}`,
    edited_answer: null,
    state: "complete",
    error: null,
    finish_reason: "stop",
    model: "m",
    parameters: {},
    prompt_tokens: 1,
    cached_tokens: 0,
    completion_tokens: 1,
    first_token_ms: 1,
    total_ms: 2,
    created_at: new Date(Date.UTC(2026, 0, 1, 0, 0, clock)).toISOString(),
    feedback: { thumb: null, reasons: [], words: "" },
  };
}

const ids = (turns: readonly Turn[]) => turns.map((each) => each.id);
const shown = (turns: readonly Turn[], selected: string | null) =>
  ids(pathTo(turns, selected).map((s) => s.turn));

// a ── b ── c          b2 answers b's question again, x asks something else in b's place, c follows b.
//   ├─ b2
//   └─ x ── y
const tree = [
  turn("a", null),
  turn("b", "a"),
  turn("c", "b"),
  turn("b2", "a", "b"),
  turn("x", "a"),
  turn("y", "x"),
];

describe("the path that is shown", () => {
  it("is empty for an empty conversation", () => {
    expect(pathTo([], null)).toEqual([]);
  });

  it("leads to the selected leaf", () => {
    expect(shown(tree, "c")).toEqual(["a", "b", "c"]);
    expect(shown(tree, "b2")).toEqual(["a", "b2"]);
  });

  it("goes on to the newest leaf below a selected turn in the middle", () => {
    expect(shown(tree, "b")).toEqual(["a", "b", "c"]);
    expect(shown(tree, "a")).toEqual(["a", "x", "y"]);
  });

  it("leads to the newest turn when nothing, or something unknown, is selected", () => {
    expect(shown(tree, null)).toEqual(["a", "x", "y"]);
    expect(shown(tree, "no such turn")).toEqual(["a", "x", "y"]);
  });

  it("does not depend on the order in which turns arrive", () => {
    expect(shown(tree.toReversed(), "c")).toEqual(["a", "b", "c"]);
  });
});

describe("the choices at a step", () => {
  const at = (selected: string) => pathTo(tree, selected)[1];

  it("offers the answers to the same question", () => {
    expect(ids(at("c")?.answers.options ?? [])).toEqual(["b", "b2"]);
    expect(at("c")?.answers.index).toBe(0);
    expect(at("b2")?.answers.index).toBe(1);
  });

  it("offers each version of the question once, by its newest answer", () => {
    expect(ids(at("c")?.questions.options ?? [])).toEqual(["b2", "x"]);
    expect(at("c")?.questions.index).toBe(0);
    expect(at("y")?.questions.index).toBe(1);
  });

  it("offers nothing to choose where there is one of each", () => {
    const first = pathTo(tree, "c")[0];
    expect(first?.answers.options).toHaveLength(1);
    expect(first?.questions.options).toHaveLength(1);
  });

  it("lets the first question have versions too", () => {
    const twoRoots = [turn("r1", null), turn("r2", null)];
    expect(ids(pathTo(twoRoots, "r1")[0]?.questions.options ?? [])).toEqual(["r1", "r2"]);
  });
});

describe("a turn put among others", () => {
  it("replaces itself and adds what is new", () => {
    const later = { ...turn("b", "a"), answer: "changed" };
    expect(withTurn(tree, later).find((each) => each.id === "b")?.answer).toBe("changed");
    expect(withTurn(tree, later)).toHaveLength(tree.length);
    expect(withTurn(tree, turn("z", "y"))).toHaveLength(tree.length + 1);
  });
});
