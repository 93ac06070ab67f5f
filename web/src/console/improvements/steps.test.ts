import { describe, expect, it } from "vitest";
import type { Improvement } from "../../api/improvements";
import { STEPS, stepState } from "./steps";

const improvement = (changes: Partial<Improvement>): Improvement => ({
  id: "run_1",
  begun_at: null,
  methods: ["sft"],
  adapter: "lora",
  seed: 0,
  state: "unfinished",
  done: [],
  standing: null,
  goes_on: false,
  can_go_on: true,
  failure: null,
  release_id: null,
  ...changes,
});

const standing = (step: "snapshot" | "train") => ({
  step,
  since: "2026-11-24T10:00:00Z",
  words: "",
  done: 0,
  total: 0,
  loss: null,
  estimated_s: null,
  remaining_s: null,
});

const states = (changes: Partial<Improvement>) => STEPS.map((step) => stepState(improvement(changes), step));

describe("the steps of an improvement", () => {
  it.each<[string, Partial<Improvement>, string]>([
    ["that has not begun", {}, "waiting waiting waiting waiting waiting"],
    [
      "that trains",
      { done: ["snapshot"], standing: standing("train"), goes_on: true },
      "done going waiting waiting waiting",
    ],
    [
      "that looks again at what is done",
      { done: ["snapshot", "train"], standing: standing("snapshot"), goes_on: true },
      "going done waiting waiting waiting",
    ],
    [
      "that ended early",
      { state: "failed", done: ["snapshot"], failure: { step: "train", code: "c", message: "m" } },
      "done failed waiting waiting waiting",
    ],
    [
      "that has not passed",
      { state: "rejected", done: ["snapshot", "train", "examine"] },
      "done done failed left left",
    ],
    [
      "that is a candidate",
      { state: "proposed", done: ["snapshot", "train", "examine", "propose"] },
      "done done done done yours",
    ],
    ["that is among the people", { state: "rolled_out", done: [...STEPS] }, "done done done done done"],
  ])("%s", (_, changes, expected) => {
    expect(states(changes).join(" ")).toBe(expected);
  });
});
