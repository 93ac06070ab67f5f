/** A plan as it is typed into a form, and as the server takes it. */
import type { PlanTerms } from "../api/console";
import { parseMicros, typedMicros } from "../i18n/format";

export const PERIODS = ["day", "week", "month"] as const;

export type Period = (typeof PERIODS)[number];

interface WindowDraft {
  prompts: string;
  tokens: string;
  worth: string;
}

export interface PlanDraft {
  name: string;
  price: string;
  isDefault: boolean;
  overflow: PlanTerms["overflow"];
  windows: Record<Period, WindowDraft>;
}

const BLANK: WindowDraft = { prompts: "", tokens: "", worth: "" };

export function draftOf(terms: PlanTerms | null): PlanDraft {
  const windows = { day: { ...BLANK }, week: { ...BLANK }, month: { ...BLANK } };
  for (const { period, prompts, tokens, micros } of terms?.windows ?? []) {
    windows[period] = {
      prompts: prompts?.toString() ?? "",
      tokens: tokens?.toString() ?? "",
      worth: micros == null ? "" : typedMicros(micros),
    };
  }
  return {
    name: terms?.name ?? "",
    price: terms === null ? "" : typedMicros(terms.price.micros),
    isDefault: terms?.is_default ?? false,
    overflow: terms?.overflow ?? "wallet",
    windows,
  };
}

/** The names of the fields that aren't numbers or amounts: `price`, `day.prompts`. */
export class Misspelt extends Error {
  readonly fields: readonly string[];

  constructor(fields: readonly string[]) {
    super("Some fields can't be read.");
    this.fields = fields;
  }
}

/** Throws `Misspelt`. A window that limits nothing is left out. */
export function termsOf(draft: PlanDraft, currency: string): PlanTerms {
  const wrong: string[] = [];
  const read = (field: string, typed: string, parse: (typed: string) => number | null): number | null => {
    if (typed.trim() === "") return null;
    const value = parse(typed);
    if (value === null) wrong.push(field);
    return value;
  };
  const price = draft.isDefault ? 0 : (read("price", draft.price, parseMicros) ?? 0);
  const windows = PERIODS.map((period) => ({
    period,
    prompts: read(`${period}.prompts`, draft.windows[period].prompts, parseCount),
    tokens: read(`${period}.tokens`, draft.windows[period].tokens, parseCount),
    micros: read(`${period}.worth`, draft.windows[period].worth, parseMicros),
  })).filter(({ prompts, tokens, micros }) => prompts !== null || tokens !== null || micros !== null);
  if (wrong.length > 0) throw new Misspelt(wrong);
  return {
    name: draft.name.trim(),
    price: { micros: price, currency },
    windows,
    overflow: draft.overflow,
    is_default: draft.isDefault,
  };
}

/** A whole number, with or without separators between its thousands; null for anything else. */
export function parseCount(typed: string): number | null {
  const digits = typed.trim().replaceAll(/[,_\s]/g, "");
  return /^\d{1,15}$/.test(digits) ? Number(digits) : null;
}
