/** The words of projects. */
import { spoken } from "../catalogue";
import { projectsEn } from "./en";
import { projectsZh } from "./zh";

export const useProjectsWords = spoken({ en: projectsEn, "zh-Hans": projectsZh });
