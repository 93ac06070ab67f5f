/** Settings by the section that they stand in, and how each is written in the file. */
import type { Setting } from "../api/console";

export interface SettingGroup {
  /** Empty: those that stand in no section. */
  section: string;
  settings: Setting[];
}

/** Those whose name or explanation has all the words that are searched for. */
export function settingGroups(
  settings: readonly Setting[],
  search: string,
  { onlySet, explain }: { onlySet: boolean; explain: (setting: Setting) => string },
): SettingGroup[] {
  const wanted = search.toLowerCase().split(/\s+/).filter(Boolean);
  const groups = new Map<string, Setting[]>();
  for (const setting of settings) {
    const text = `${setting.key} ${setting.variable} ${explain(setting)}`.toLowerCase();
    if (!wanted.every((word) => text.includes(word)) || (onlySet && setting.source === "default")) continue;
    const section = sectionOf(setting.key);
    groups.set(section, [...(groups.get(section) ?? []), setting]);
  }
  return [...groups].map(([section, found]) => ({ section, settings: found }));
}

function sectionOf(key: string): string {
  return key.includes(".") ? key.slice(0, key.indexOf(".")) : "";
}

/** As it stands in homespun.toml; what isn't a number, a truth value or a list is a text. */
export function inFile({ key, value, is_secret }: Pick<Setting, "key" | "value" | "is_secret">): string {
  const section = sectionOf(key);
  const name = section === "" ? key : key.slice(section.length + 1);
  const plain = /^(-?\d+(\.\d+)?|true|false|\[.*\])$/.test(value);
  const written = is_secret ? '"…"' : plain ? value : JSON.stringify(value);
  return `${section === "" ? "" : `[${section}]\n`}${name} = ${written}`;
}
