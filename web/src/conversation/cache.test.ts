import { describe, expect, it } from "vitest";
import type { Conversation, Turn } from "../api/types";
import { merged } from "./cache";

const turn = (id: string, state: Turn["state"], answer: string) => ({ id, state, answer }) as Turn;

function conversation(selected: string | null, ...turns: Turn[]): Conversation {
  const line = { id: "c", title: "", owner_id: "p", project_id: null, created_at: "", updated_at: "" };
  return { ...line, selected_turn_id: selected, turns, side_by_side: [], people: {} };
}

describe("a fresh copy of a conversation", () => {
  it("does not move the reader to the branch that another tab looks at", () => {
    const known = conversation("a", turn("a", "complete", ""), turn("b", "complete", ""));
    expect(merged(known, { ...known, selected_turn_id: "b" }).selected_turn_id).toBe("a");
  });

  it("moves the reader when the branch is gone", () => {
    const known = conversation("a", turn("a", "complete", ""));
    expect(merged(known, conversation("b", turn("b", "complete", ""))).selected_turn_id).toBe("b");
  });

  it("does not open a turn again that was seen closed", () => {
    const known = conversation("a", turn("a", "complete", "whole"));
    expect(merged(known, conversation("a", turn("a", "open", "wh"))).turns[0]?.answer).toBe("whole");
  });

  it("does not ask again which of two answers is better", () => {
    const two = { question_id: "a", left_id: "a", right_id: "b", choice: null };
    const known = {
      ...conversation("a", turn("a", "complete", "")),
      side_by_side: [{ ...two, choice: "left" as const }],
    };
    expect(merged(known, { ...known, side_by_side: [two] }).side_by_side[0]?.choice).toBe("left");
  });

  it("brings turns from elsewhere", () => {
    const known = conversation("a", turn("a", "complete", ""));
    const fresh = conversation("b", turn("a", "complete", ""), turn("b", "open", ""));
    expect(merged(known, fresh).turns.map((each) => each.id)).toEqual(["a", "b"]);
  });
});
