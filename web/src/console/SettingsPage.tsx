import { useQuery } from "@tanstack/react-query";
import { SlidersHorizontal } from "lucide-react";
import { useState } from "react";
import { fetchSettings, type Setting } from "../api/console";
import { useConsoleWords } from "../i18n/console";
import { usePagesWords } from "../i18n/pages";
import { useExplanations } from "../i18n/settings";
import { Loaded } from "../layout/Loaded";
import { Empty, Page, Section, Toolbar } from "../layout/Page";
import { useWords } from "../preferences/preferences";
import { CopyButton } from "../ui/CopyButton";
import { CheckField } from "../ui/Field";
import { SearchField } from "../ui/SearchField";
import { Sentence } from "../ui/Sentence";
import { Tag } from "../ui/Tag";
import styles from "./SettingsPage.module.css";
import { inFile, settingGroups } from "./settingGroups";

const FILE = "homespun.toml";

export function SettingsPage() {
  const words = useConsoleWords();
  const pages = usePagesWords();
  const [search, setSearch] = useState("");
  const [onlySet, setOnlySet] = useState(false);
  const explain = useExplanations();
  const settings = useQuery({
    queryKey: ["console", "settings"],
    queryFn: ({ signal }) => fetchSettings(signal),
  });
  return (
    <Page title={pages.settings} lead={words.settingsLead}>
      <Toolbar>
        <SearchField label={words.searchSettings} value={search} onChange={setSearch} />
        <CheckField label={words.onlyChanged} checked={onlySet} onChange={setOnlySet} />
      </Toolbar>
      <Loaded query={settings}>
        {(loaded) => {
          const groups = settingGroups(loaded, search, { onlySet, explain: (one) => explain(one).text });
          if (groups.length === 0) return <Empty icon={SlidersHorizontal} title={words.noSettings} />;
          return groups.map(({ section, settings: some }) => (
            <Section key={section} title={section || words.general}>
              <ul className={styles.settings}>
                {some.map((setting) => (
                  <SettingItem key={setting.key} setting={setting} />
                ))}
              </ul>
            </Section>
          ));
        }}
      </Loaded>
    </Page>
  );
}

function SettingItem({ setting }: { setting: Setting }) {
  const words = useConsoleWords();
  const isSet = setting.source !== "default";
  const explanation = useExplanations()(setting);
  return (
    <li className={styles.setting} data-set={isSet || undefined}>
      <div className={styles.head}>
        <code className={styles.key}>{setting.key}</code>
        {isSet && <Tag tone="dye">{words.setIn(sourceName(setting.source, words))}</Tag>}
        {setting.is_secret && <Tag>{words.secret}</Tag>}
      </div>
      <p className={styles.explanation} lang={explanation.lang}>
        <Sentence text={explanation.text} />
      </p>
      <p className={styles.values}>
        <span>
          {words.valueNow}: <code>{setting.value || words.empty}</code>
        </span>
        {isSet && (
          <span>
            {words.valueDefault}: <code>{setting.default || words.empty}</code>
          </span>
        )}
      </p>
      <HowTo setting={setting} />
    </li>
  );
}

function HowTo({ setting }: { setting: Setting }) {
  const app = useWords();
  const words = useConsoleWords();
  const file = inFile(setting);
  const environment = `${setting.variable}=${setting.is_secret ? "…" : setting.value}`;
  return (
    <details className={styles.how}>
      <summary>{words.howToChange}</summary>
      <p>{words.inFile(FILE)}</p>
      <div className={styles.code}>
        <pre>{file}</pre>
        <CopyButton text={file} label={app.copy} />
      </div>
      <p>{words.inEnvironment}</p>
      <div className={styles.code}>
        <pre>{environment}</pre>
        <CopyButton text={environment} label={app.copy} />
      </div>
    </details>
  );
}

function sourceName(source: string, words: ReturnType<typeof useConsoleWords>): string {
  if (source === "environment") return words.sourceEnvironment;
  return source === "option" ? words.sourceOption : (source.split("/").at(-1) ?? source);
}
