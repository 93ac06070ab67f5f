/** The words of learning: consent, comparisons, better answers. */
import { spoken } from "../catalogue";
import { learningEn } from "./en";
import { learningZh } from "./zh";

export const useLearningWords = spoken({ en: learningEn, "zh-Hans": learningZh });
