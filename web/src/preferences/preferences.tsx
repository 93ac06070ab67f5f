/** Language and appearance: chosen by the browser and the system until the person says otherwise. */
import { createContext, type ReactNode, use, useEffect, useMemo, useState } from "react";
import { en, type Words } from "../i18n/en";
import type { Locale } from "../i18n/locale";
import { zh } from "../i18n/zh";
import { readStored, writeStored } from "./storage";

export type ThemeChoice = "system" | "light" | "dark";
export type LanguageChoice = "auto" | "en" | "zh";

interface Preferences {
  words: Words;
  locale: Locale;
  theme: ThemeChoice;
  setTheme: (theme: ThemeChoice) => void;
  language: LanguageChoice;
  setLanguage: (language: LanguageChoice) => void;
}

const PreferencesContext = createContext<Preferences | null>(null);

export function PreferencesProvider({ children }: { children: ReactNode }) {
  const [theme, setTheme] = useState<ThemeChoice>(() =>
    readStored("theme", (value) => value === "light" || value === "dark", "system"),
  );
  const [language, setLanguage] = useState<LanguageChoice>(() =>
    readStored("language", (value) => value === "en" || value === "zh", "auto"),
  );
  const chinese = language === "auto" ? prefersChinese(navigator.languages) : language === "zh";
  const locale = chinese ? "zh-Hans" : "en";

  useEffect(() => {
    document.documentElement.lang = locale;
  }, [locale]);

  useEffect(() => {
    if (theme === "system") delete document.documentElement.dataset["theme"];
    else document.documentElement.dataset["theme"] = theme;
    // theme.js reads this before the next first paint; "system" is said by its absence.
    writeStored("theme", theme === "system" ? null : theme);
  }, [theme]);

  useEffect(() => writeStored("language", language === "auto" ? null : language), [language]);

  const value = useMemo<Preferences>(
    () => ({ words: chinese ? zh : en, locale, theme, setTheme, language, setLanguage }),
    [chinese, locale, theme, language],
  );
  return <PreferencesContext value={value}>{children}</PreferencesContext>;
}

export function usePreferences(): Preferences {
  const preferences = use(PreferencesContext);
  if (preferences === null) throw new Error("usePreferences needs a PreferencesProvider above it.");
  return preferences;
}

export function useWords(): Words {
  return usePreferences().words;
}

/** Whether Chinese comes before English in the browser's own list. */
export function prefersChinese(languages: readonly string[]): boolean {
  const first = languages.find((language) => /^(zh|en)\b/i.test(language));
  return first !== undefined && /^zh\b/i.test(first);
}
