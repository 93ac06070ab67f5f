/** The words of the page on availability, and countries' names. */
import { useMemo } from "react";
import { usePreferences } from "../../preferences/preferences";
import { spoken } from "../catalogue";
import { availabilityEn } from "./en";
import { availabilityZh } from "./zh";

export const useAvailabilityWords = spoken({ en: availabilityEn, "zh-Hans": availabilityZh });

export const EVERYWHERE = "*";
export const UNKNOWN_COUNTRY = "ZZ";

/** A country's name by its code, in the reader's language; a code that the browser doesn't know stays as it is. */
export function useCountryName(): (code: string) => string {
  const { locale } = usePreferences();
  const words = useAvailabilityWords();
  return useMemo(() => {
    const names = new Intl.DisplayNames([locale], { type: "region" });
    return (code) => {
      if (code === EVERYWHERE) return words.everywhere;
      return code === UNKNOWN_COUNTRY ? words.unknownCountry : (names.of(code) ?? code);
    };
  }, [locale, words]);
}
