/** Catalogues of words beside the first one: each loads with the pages that say them. */
import { usePreferences } from "../preferences/preferences";
import type { Widened } from "./en";
import type { Locale } from "./locale";

/** A hook that gives the words of a catalogue in the reader's language. */
export function spoken<T>(languages: Record<Locale, T>): () => T {
  return () => languages[usePreferences().locale];
}

export type { Widened };
