/** The words on what somebody has and pays, be it a person or a team. */
import { spoken } from "../catalogue";
import { purseEn } from "./en";
import { purseZh } from "./zh";

export const usePurseWords = spoken({ en: purseEn, "zh-Hans": purseZh });
