/** What a setting is for. English is the server's own explanation; Chinese has a catalogue by the setting's name. */
import type { Setting } from "../../api/console";
import { usePreferences } from "../../preferences/preferences";
import type { Locale } from "../locale";
import { settingsZh } from "./zh";

/** In the reader's language; a setting that is newer than the catalogue keeps the server's words. */
export function explanationOf(setting: Setting, locale: Locale): { text: string; lang: Locale } {
  const chinese = locale === "en" ? undefined : settingsZh[setting.key];
  return chinese === undefined ? { text: setting.explanation, lang: "en" } : { text: chinese, lang: locale };
}

export function useExplanations(): (setting: Setting) => { text: string; lang: Locale } {
  const { locale } = usePreferences();
  return (setting) => explanationOf(setting, locale);
}
