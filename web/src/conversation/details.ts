/** What there is to say of how an answer was made, as rows of words. */
import type { Turn } from "../api/types";
import type { Words } from "../i18n/en";
import { PARAMETER_FIELDS } from "./parameters";

export type Detail = readonly [name: string, value: string];

export function detailsOf(turn: Turn, words: Words, locale: string): Detail[] {
  const count = (tokens: number) => words.tokens(tokens.toLocaleString(locale));
  const cached =
    turn.cached_tokens > 0 ? `, ${words.detailCached(turn.cached_tokens.toLocaleString(locale))}` : "";
  const speed = tokensPerSecond(turn);
  const parameters = parametersOf(turn, words);
  const rows: (Detail | null)[] = [
    [words.model, turn.model],
    [words.detailQuestionTokens, count(turn.prompt_tokens) + cached],
    [words.detailAnswerTokens, count(turn.completion_tokens)],
    turn.first_token_ms === null
      ? null
      : [words.detailFirstToken, duration(turn.first_token_ms, words, locale)],
    speed === null ? null : [words.detailSpeed, words.tokensPerSecond(decimal(speed, locale))],
    turn.total_ms === null ? null : [words.detailTotal, duration(turn.total_ms, words, locale)],
    turn.finish_reason === null ? null : [words.detailFinish, finishWord(turn.finish_reason, words)],
    [
      words.detailTime,
      new Date(turn.created_at).toLocaleString(locale, { dateStyle: "medium", timeStyle: "short" }),
    ],
    parameters === "" ? null : [words.detailParameters, parameters],
  ];
  return rows.filter((row) => row !== null);
}

/** After the first token, whose time is the prompt's; null where too little was written to tell. */
export function tokensPerSecond(turn: Turn): number | null {
  if (turn.total_ms === null || turn.first_token_ms === null) return null;
  const ms = turn.total_ms - turn.first_token_ms;
  return turn.completion_tokens > 1 && ms > 0 ? ((turn.completion_tokens - 1) * 1000) / ms : null;
}

function duration(ms: number, words: Words, locale: string): string {
  return ms < 1000
    ? words.milliseconds(ms.toLocaleString(locale))
    : words.seconds(decimal(ms / 1000, locale));
}

function decimal(value: number, locale: string): string {
  return value.toLocaleString(locale, { maximumFractionDigits: value < 100 ? 1 : 0 });
}

function finishWord(reason: NonNullable<Turn["finish_reason"]>, words: Words): string {
  const wordFor = {
    stop: words.finishStop,
    length: words.finishLength,
    cancelled: words.finishCancelled,
    error: words.finishError,
  };
  return wordFor[reason];
}

function parametersOf(turn: Turn, words: Words): string {
  const set = PARAMETER_FIELDS.flatMap((field) => {
    const value = turn.parameters[field.name];
    const says = value !== null && value !== undefined && value !== field.neutral;
    return says ? [`${field.label(words)} ${value}`] : [];
  });
  return [...set, ...(turn.parameters.system ? [words.instructions] : [])].join(", ");
}
