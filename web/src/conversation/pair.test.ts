import { describe, expect, it } from "vitest";
import type { SideBySide, Turn } from "../api/types";
import { keptId, pairAt } from "./pair";
import { pathTo } from "./tree";

const turn = (
  id: string,
  parent_id: string | null,
  question_id = id,
  created_at = `2026-01-01T00:00:0${id.length}Z`,
) => ({ id, parent_id, question_id, created_at, state: "complete" }) as Turn;

const two: SideBySide = { question_id: "a", left_id: "aa", right_id: "a", choice: null };
const turns = [turn("a", null), turn("aa", null, "a")];
const at = (all: Turn[], selected: string, side_by_side: SideBySide[]) =>
  pairAt(pathTo(all, selected).at(-1), { turns: all, side_by_side });

describe("two answers side by side", () => {
  it("are shown whichever of them is selected, each in its place", () => {
    for (const selected of ["a", "aa"]) {
      const pair = at(turns, selected, [two]);
      expect([pair?.left.id, pair?.right.id]).toEqual(["aa", "a"]);
    }
  });

  it("are shown no more when something was said of them", () => {
    expect(at(turns, "a", [{ ...two, choice: "skipped" }])).toBeNull();
  });

  it("are shown no more when the conversation has gone on from one of them", () => {
    const later = [...turns, turn("bbb", "a")];
    expect(at(later, "bbb", [two])).toBeNull();
    expect(at(later, "aa", [two])).toBeNull();
  });

  it("are shown when both are known, not before", () => {
    expect(at([turn("a", null)], "a", [two])).toBeNull();
    expect(at([turn("b", null)], "b", [two])).toBeNull();
  });

  it("leave the one that was picked, else the first", () => {
    const kept = (["left", "right", "neither", "skipped"] as const).map((choice) =>
      keptId({ ...two, choice }),
    );
    expect(kept).toEqual(["aa", "a", "a", "a"]);
  });
});
