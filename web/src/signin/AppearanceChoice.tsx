import { Languages, Moon, Sun } from "lucide-react";
import { usePreferences } from "../preferences/preferences";
import { Button } from "../ui/Button";
import styles from "./SignIn.module.css";

/** Language and light for those who have no account menu yet; one press each. */
export function AppearanceChoice() {
  const { words, locale, theme, setTheme, setLanguage } = usePreferences();
  const dark = theme === "system" ? matchMedia("(prefers-color-scheme: dark)").matches : theme === "dark";
  return (
    <div className={styles.choices}>
      <Button
        look="quiet"
        size="small"
        lang={locale === "en" ? "zh-Hans" : "en"}
        onClick={() => setLanguage(locale === "en" ? "zh" : "en")}
      >
        <Languages aria-hidden />
        {locale === "en" ? "中文" : "English"}
      </Button>
      <Button look="quiet" size="small" onClick={() => setTheme(dark ? "light" : "dark")}>
        {dark ? <Sun aria-hidden /> : <Moon aria-hidden />}
        {dark ? words.themeLight : words.themeDark}
      </Button>
    </div>
  );
}
