/** The words of what answers cost, and what is left of what they bring. */
import { spoken } from "../catalogue";
import { economicsEn } from "./en";
import { economicsZh } from "./zh";

export const useEconomicsWords = spoken({ en: economicsEn, "zh-Hans": economicsZh });
