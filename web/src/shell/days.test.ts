import { describe, expect, it } from "vitest";
import type { ConversationSummary } from "../api/types";
import { en } from "../i18n/en";
import { zh } from "../i18n/zh";
import { groupByDay } from "./days";

const NOW = new Date(2026, 10, 23, 9, 30);

function updated(...local: [number, number, number, number]): ConversationSummary {
  const at = new Date(...local).toISOString();
  return { id: at, title: "", owner_id: "p", project_id: null, created_at: at, updated_at: at };
}

const labels = (
  conversations: ConversationSummary[],
  words = en as Parameters<typeof groupByDay>[2],
  locale = "en",
) => groupByDay(conversations, NOW, words, locale).map((group) => [group.label, group.conversations.length]);

describe("conversations by day", () => {
  const conversations = [
    updated(2026, 10, 23, 9),
    updated(2026, 10, 23, 0),
    updated(2026, 10, 22, 23),
    updated(2026, 10, 18, 12),
    updated(2026, 10, 1, 12),
    updated(2026, 8, 30, 12),
    updated(2026, 8, 2, 12),
    updated(2025, 8, 2, 12),
  ];

  it("begin a new day at midnight, not after 24 hours", () => {
    expect(labels(conversations)).toEqual([
      ["Today", 2],
      ["Yesterday", 1],
      ["Previous 7 days", 1],
      ["Previous 30 days", 1],
      ["September 2026", 2],
      ["September 2025", 1],
    ]);
  });

  it("are named in the reader's language", () => {
    expect(labels(conversations, zh, "zh-Hans").map(([label]) => label)).toEqual([
      "今天",
      "昨天",
      "过去 7 天",
      "过去 30 天",
      "2026年9月",
      "2025年9月",
    ]);
  });

  it("count a clock that runs ahead as today", () => {
    expect(labels([updated(2026, 10, 24, 1)])).toEqual([["Today", 1]]);
  });
});
