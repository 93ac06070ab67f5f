/** The words of releases: states, trials, examinations. */
import { spoken } from "../catalogue";
import { releasesEn } from "./en";
import { releasesZh } from "./zh";

export const useReleasesWords = spoken({ en: releasesEn, "zh-Hans": releasesZh });
