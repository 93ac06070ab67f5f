/** The languages of the app, as BCP 47 tags for Intl and for the page's `lang`. */
export type Locale = "en" | "zh-Hans";
