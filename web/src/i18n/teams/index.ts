/** The words of a team's page. */
import { spoken } from "../catalogue";
import { teamsEn } from "./en";
import { teamsZh } from "./zh";

export const useTeamsWords = spoken({ en: teamsEn, "zh-Hans": teamsZh });
