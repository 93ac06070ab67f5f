/** The sampling parameters as the settings panel shows them; ranges and meanings are those of the server's API. */
import type { Parameters } from "../api/types";
import type { Words } from "../i18n/en";

export type NumberParameter = Exclude<keyof Parameters, "system">;

export interface ParameterField {
  name: NumberParameter;
  label: (words: Words) => string;
  hint: (words: Words) => string;
  min: number;
  /** Undefined: no upper bound, so a number field without a slider. */
  max?: number;
  step: number;
  /** The value at which it does nothing. */
  neutral?: number;
}

export const PARAMETER_FIELDS: readonly ParameterField[] = [
  {
    name: "temperature",
    label: (words) => words.temperature,
    hint: (words) => words.temperatureHint,
    min: 0,
    max: 2,
    step: 0.05,
  },
  {
    name: "top_p",
    label: (words) => words.topP,
    hint: (words) => words.topPHint,
    min: 0.01,
    max: 1,
    step: 0.01,
    neutral: 1,
  },
  {
    name: "top_k",
    label: (words) => words.topK,
    hint: (words) => words.topKHint,
    min: 0,
    max: 1000,
    step: 1,
    neutral: 0,
  },
  {
    name: "min_p",
    label: (words) => words.minP,
    hint: (words) => words.minPHint,
    min: 0,
    max: 1,
    step: 0.01,
    neutral: 0,
  },
  {
    name: "repetition_penalty",
    label: (words) => words.repetition,
    hint: (words) => words.repetitionHint,
    min: 0.05,
    max: 2,
    step: 0.05,
    neutral: 1,
  },
  {
    name: "max_tokens",
    label: (words) => words.maxTokens,
    hint: (words) => words.maxTokensHint,
    min: 1,
    step: 1,
  },
  {
    name: "seed",
    label: (words) => words.seed,
    hint: (words) => words.seedHint,
    min: Number.MIN_SAFE_INTEGER,
    step: 1,
  },
];

/** What a person chose for a turn: the server tells of every turn with which parameters it was made, chosen or not. */
export function chosenIn(made: Parameters, defaults: Parameters): Parameters {
  return Object.fromEntries(
    Object.entries(made).filter(
      ([name, value]) => value !== null && value !== defaults[name as keyof Parameters],
    ),
  );
}

/** Whether anything differs from the server's defaults. */
export function isChanged(parameters: Parameters): boolean {
  return Object.values(parameters).some((value) => value !== null && value !== undefined && value !== "");
}

/** What a person typed, as a value the server accepts; null for nothing, or for what is no number at all. */
export function parameterFrom(field: ParameterField, typed: string): number | null {
  const value = typed.trim() === "" ? Number.NaN : Number(typed);
  if (Number.isNaN(value)) return null;
  const inRange = Math.min(field.max ?? Number.MAX_SAFE_INTEGER, Math.max(field.min, value));
  return Number.isInteger(field.step) ? Math.round(inRange) : inRange;
}
