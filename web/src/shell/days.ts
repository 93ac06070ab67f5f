/** Groups conversations as people remember them: today, yesterday, last week, last month, then by month. */
import type { ConversationSummary } from "../api/types";
import type { Words } from "../i18n/en";

export interface DayGroup {
  label: string;
  conversations: ConversationSummary[];
}

const DAY_MS = 86_400_000;

/** Expects newest first, and keeps that order. Days begin at midnight where the reader is. */
export function groupByDay(
  conversations: readonly ConversationSummary[],
  now: Date,
  words: Words,
  locale: string,
): DayGroup[] {
  const groups: DayGroup[] = [];
  for (const conversation of conversations) {
    const label = labelFor(new Date(conversation.updated_at), now, words, locale);
    const last = groups.at(-1);
    if (last?.label === label) last.conversations.push(conversation);
    else groups.push({ label, conversations: [conversation] });
  }
  return groups;
}

function labelFor(when: Date, now: Date, words: Words, locale: string): string {
  // Rounded, because a day with a change of clocks has 23 or 25 hours.
  const daysAgo = Math.round((midnight(now) - midnight(when)) / DAY_MS);
  if (daysAgo <= 0) return words.today;
  if (daysAgo === 1) return words.yesterday;
  if (daysAgo <= 7) return words.lastSevenDays;
  if (daysAgo <= 30) return words.lastThirtyDays;
  return new Intl.DateTimeFormat(locale, { month: "long", year: "numeric" }).format(when);
}

function midnight(date: Date): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}
