/** The words of the account's pages. */
import { spoken } from "../catalogue";
import { accountEn } from "./en";
import { accountZh } from "./zh";

export const useAccountWords = spoken({ en: accountEn, "zh-Hans": accountZh });
