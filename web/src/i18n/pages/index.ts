/** The words that all pages of the account and the console share. */
import { spoken } from "../catalogue";
import { pagesEn } from "./en";
import { pagesZh } from "./zh";

export const usePagesWords = spoken({ en: pagesEn, "zh-Hans": pagesZh });
