/** The server's sums by day as the layers of a chart; days on which nothing was asked are there too, empty. */
import type { DayRange, UsageSum } from "../api/purse";
import { daysBetween, type Series } from "../charts/scale";
import type { PagesWords } from "../i18n/pages/en";

export type Measure = "cost" | "tokens" | "prompts";
export type Span = "7" | "30" | "90";

/** So many days up to today, in UTC. */
export function lastDays(span: Span, now = new Date()): DayRange {
  const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);
  const today = now.getTime();
  return { first: day(today - (Number(span) - 1) * 86_400_000), last: day(today) };
}

export function layersOf(
  sums: readonly UsageSum[],
  range: DayRange,
  measure: Measure,
  words: PagesWords,
): { days: string[]; series: Series[] } {
  const days = daysBetween(range.first, range.last);
  const byDay = new Map(sums.map((sum) => [sum.group, sum]));
  const layer = (key: string, label: string, of: (sum: UsageSum) => number): Series => ({
    key,
    label,
    values: days.map((day) => {
      const sum = byDay.get(day);
      return sum === undefined ? 0 : of(sum);
    }),
  });
  switch (measure) {
    case "cost":
      return {
        days,
        series: [
          layer("wallet", words.byWallet, (sum) => sum.paid_by_wallet.micros),
          layer("plan", words.byPlan, (sum) => sum.paid_by_plan.micros),
        ],
      };
    case "tokens":
      return {
        days,
        series: [
          layer("written", words.tokensWritten, (sum) => sum.completion_tokens),
          layer("new", words.tokensNew, (sum) => sum.prompt_tokens - sum.cached_tokens),
          layer("cached", words.tokensCached, (sum) => sum.cached_tokens),
        ],
      };
    case "prompts":
      return { days, series: [layer("prompts", words.prompts, (sum) => sum.turns)] };
  }
}

/** All of them together. */
export function totalOf(sums: readonly UsageSum[]) {
  const sum = (of: (one: UsageSum) => number) => sums.reduce((total, one) => total + of(one), 0);
  return {
    turns: sum((one) => one.turns),
    tokens: sum((one) => one.prompt_tokens + one.completion_tokens),
    cached: sum((one) => one.cached_tokens),
    prompt: sum((one) => one.prompt_tokens),
    micros: sum((one) => one.cost.micros),
    byWallet: sum((one) => one.paid_by_wallet.micros),
    byPlan: sum((one) => one.paid_by_plan.micros),
  };
}
