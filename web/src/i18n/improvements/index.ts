/** The words of improvements: what there is to learn from, steps, what came of them. */
import { spoken } from "../catalogue";
import { improvementsEn } from "./en";
import { improvementsZh } from "./zh";

export const useImprovementsWords = spoken({ en: improvementsEn, "zh-Hans": improvementsZh });
