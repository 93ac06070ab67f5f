/** The words of the page for those who are not signed in. */
import { spoken } from "../catalogue";
import { signInEn } from "./en";
import { signInZh } from "./zh";

export const useSignInWords = spoken({ en: signInEn, "zh-Hans": signInZh });
