/** The words of the console's pages. */
import { spoken } from "../catalogue";
import { consoleEn } from "./en";
import { consoleZh } from "./zh";

export const useConsoleWords = spoken({ en: consoleEn, "zh-Hans": consoleZh });
