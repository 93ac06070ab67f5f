import { describe, expect, it } from "vitest";
import { accountEn } from "./account/en";
import { accountZh } from "./account/zh";
import { availabilityEn } from "./availability/en";
import { availabilityZh } from "./availability/zh";
import { consoleEn } from "./console/en";
import { consoleZh } from "./console/zh";
import { economicsEn } from "./economics/en";
import { economicsZh } from "./economics/zh";
import { en } from "./en";
import { improvementsEn } from "./improvements/en";
import { improvementsZh } from "./improvements/zh";
import { learningEn } from "./learning/en";
import { learningZh } from "./learning/zh";
import { pagesEn } from "./pages/en";
import { pagesZh } from "./pages/zh";
import { projectsEn } from "./projects/en";
import { projectsZh } from "./projects/zh";
import { purseEn } from "./purse/en";
import { purseZh } from "./purse/zh";
import { releasesEn } from "./releases/en";
import { releasesZh } from "./releases/zh";
import { signInEn } from "./signin/en";
import { signInZh } from "./signin/zh";
import { teamsEn } from "./teams/en";
import { teamsZh } from "./teams/zh";
import { zh } from "./zh";

/** Every leaf's path with its kind, so that a sentence can't stand where the other language has a template. */
function shape(value: unknown, path = ""): string[] {
  if (typeof value !== "object" || value === null) {
    return [`${path}: ${typeof value}${typeof value === "function" ? `/${value.length}` : ""}`];
  }
  return Object.entries(value).flatMap(([key, each]) => shape(each, `${path}.${key}`));
}

/** Every text as the reader sees it; templates are filled in with their own argument positions. */
function texts(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value === "function") return [value("1", "2")];
  return Object.values(value as object).flatMap(texts);
}

/** Both languages of each catalogue, and what is the same in both. */
const CATALOGUES = [
  { name: "the chat's", english: en, chinese: zh, untranslated: ["Homespun", "Top-p", "Top-k", "Min-p"] },
  { name: "signing in's", english: signInEn, chinese: signInZh, untranslated: [] },
  { name: "all pages'", english: pagesEn, chinese: pagesZh, untranslated: [] },
  { name: "the account's", english: accountEn, chinese: accountZh, untranslated: [] },
  { name: "the purse's", english: purseEn, chinese: purseZh, untranslated: [] },
  { name: "learning's", english: learningEn, chinese: learningZh, untranslated: [] },
  { name: "the projects'", english: projectsEn, chinese: projectsZh, untranslated: [] },
  { name: "the teams'", english: teamsEn, chinese: teamsZh, untranslated: [] },
  { name: "availability's", english: availabilityEn, chinese: availabilityZh, untranslated: [] },
  { name: "the console's", english: consoleEn, chinese: consoleZh, untranslated: [] },
  { name: "the releases'", english: releasesEn, chinese: releasesZh, untranslated: [] },
  { name: "improvements'", english: improvementsEn, chinese: improvementsZh, untranslated: [] },
  { name: "the economics'", english: economicsEn, chinese: economicsZh, untranslated: [] },
];

describe.each(CATALOGUES)("$name two languages", ({ english, chinese, untranslated }) => {
  it("say the same things", () => {
    expect(shape(chinese)).toEqual(shape(english));
  });

  it("leave nothing unsaid", () => {
    for (const text of [...texts(english), ...texts(chinese)]) expect(text.trim()).not.toBe("");
  });

  it("use every argument of a template in both", () => {
    const templates = Object.entries(english).filter(([, value]) => typeof value === "function");
    for (const [key] of templates) {
      for (const words of [english, chinese]) {
        const template = Reflect.get(words, key) as (...args: string[]) => string;
        expect(template("①", "②").match(/[①②]/g)).toHaveLength(template.length);
      }
    }
  });

  it("are each written in their own script", () => {
    const han = /\p{Script=Han}/u;
    expect(texts(english).filter((text) => han.test(text))).toEqual([]);
    expect(texts(chinese).filter((text) => !han.test(text))).toEqual(untranslated);
  });
});
