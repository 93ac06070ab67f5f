import { describe, expect, it } from "vitest";
import type { Turn } from "../api/types";
import { en } from "../i18n/en";
import { detailsOf, tokensPerSecond } from "./details";

const TURN = {
  model: "m",
  prompt_tokens: 1200,
  cached_tokens: 1000,
  completion_tokens: 101,
  first_token_ms: 200,
  total_ms: 2200,
  finish_reason: "stop",
  created_at: "2026-01-01T12:00:00Z",
  parameters: { temperature: 0, top_p: 0.95, top_k: 0, min_p: 0, repetition_penalty: 1, system: "Be brief." },
} as Turn;

describe("the details of an answer", () => {
  it("count the speed from the first token on", () => {
    expect(tokensPerSecond(TURN)).toBe(50);
  });

  it("give no speed where there is nothing to measure", () => {
    expect(tokensPerSecond({ ...TURN, completion_tokens: 1 })).toBeNull();
    expect(tokensPerSecond({ ...TURN, total_ms: 200 })).toBeNull();
    expect(tokensPerSecond({ ...TURN, total_ms: null })).toBeNull();
  });

  it("are told in words, parameters that do nothing left out", () => {
    const told = Object.fromEntries(detailsOf(TURN, en, "en"));
    expect(told).toMatchObject({
      Prompt: "1,200 tokens, 1,000 from cache",
      "First token after": "200 ms",
      Speed: "50 tokens/s",
      Took: "2.2 s",
      "Ended because": "the model was done",
      Parameters: "Temperature 0, Top-p 0.95, Instructions",
    });
  });

  it("leave out what is not known", () => {
    const told = detailsOf({ ...TURN, first_token_ms: null, total_ms: null, finish_reason: null }, en, "en");
    expect(told.map(([name]) => name)).toEqual(["Model", "Prompt", "Answer", "Asked", "Parameters"]);
  });
});
