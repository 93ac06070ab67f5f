import { describe, expect, it } from "vitest";
import type { Setting } from "../api/console";
import { inFile, settingGroups } from "./settingGroups";

const setting = (key: string, changes: Partial<Setting> = {}): Setting => ({
  key,
  variable: `HOMESPUN_${key.toUpperCase().replace(".", "_")}`,
  explanation: `About ${key}.`,
  value: "1",
  default: "1",
  source: "default",
  is_secret: false,
  ...changes,
});

const ALL = [
  setting("port"),
  setting("api.max_choices", { explanation: "How many answers at most." }),
  setting("api.timeout", { source: "environment" }),
  setting("billing.currency"),
];

const keys = (search: string, onlySet = false) =>
  settingGroups(ALL, search, { onlySet, explain: ({ explanation }) => explanation }).map(
    ({ section, settings }) => [section, ...settings.map(({ key }) => key)],
  );

describe("settings", () => {
  it("stand by section, in the order they come", () => {
    expect(keys("")).toEqual([
      ["", "port"],
      ["api", "api.max_choices", "api.timeout"],
      ["billing", "billing.currency"],
    ]);
  });

  it("are found by every word, in the name or in the explanation", () => {
    expect(keys("answers MOST")).toEqual([["api", "api.max_choices"]]);
    expect(keys("homespun_billing")).toEqual([["billing", "billing.currency"]]);
    expect(keys("nothing like that")).toEqual([]);
  });

  it("can be narrowed to those that are set", () => {
    expect(keys("", true)).toEqual([["api", "api.timeout"]]);
  });

  it.each([
    ["port", "8000", false, "port = 8000"],
    ["accounts.visitors", "true", false, "[accounts]\nvisitors = true"],
    ["billing.currency", "USD", false, '[billing]\ncurrency = "USD"'],
    ["accounts.email_domains", '["a.com"]', false, '[accounts]\nemail_domains = ["a.com"]'],
    ["accounts.smtp_password", "***", true, '[accounts]\nsmtp_password = "…"'],
  ])("%s = %s is written into the file as it is read from there", (key, value, is_secret, text) => {
    expect(inFile({ key, value, is_secret })).toBe(text);
  });
});
