import type { CardLanguage } from "../../api/releases";
import { usePreferences } from "../../preferences/preferences";

/** The reader's, in which the server tells the reasons on a card. */
export function useCardLanguage(): CardLanguage {
  return usePreferences().locale === "en" ? "en" : "zh";
}
