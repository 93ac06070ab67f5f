/** Numbers, amounts and moments as people in the reader's language write them. */
import { useMemo } from "react";
import { usePreferences } from "../preferences/preferences";
import type { Locale } from "./locale";

/** As the server has it: millionths of the currency's major unit. */
export interface Money {
  micros: number;
  currency: string;
}

const MICROS = 1_000_000;
const MUCH_PROOF = 100_000;
/** The server keeps none larger: a thousand million major units. */
const MOST_MICROS = 10 ** 15;

export type Format = ReturnType<typeof formatFor>;

export function useFormat(): Format {
  const { locale } = usePreferences();
  return useMemo(() => formatFor(locale), [locale]);
}

export function formatFor(locale: Locale) {
  const count = new Intl.NumberFormat(locale);
  const compact = new Intl.NumberFormat(locale, { notation: "compact", maximumFractionDigits: 1 });
  const percent = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 1 });
  const figure = new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const proof = new Intl.NumberFormat(locale, { maximumSignificantDigits: 3 });
  const muchProof = new Intl.NumberFormat(locale, { notation: "scientific", maximumSignificantDigits: 2 });
  const list = new Intl.ListFormat(locale, { type: "conjunction" });
  const day = new Intl.DateTimeFormat(locale, { dateStyle: "medium" });
  const moment = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
  // Days of reports are days in UTC, wherever the reader is.
  const shortDay = new Intl.DateTimeFormat(locale, { month: "short", day: "numeric", timeZone: "UTC" });
  const longDay = new Intl.DateTimeFormat(locale, { dateStyle: "full", timeZone: "UTC" });
  const amount = (micros: number, currency: string, digits: Intl.NumberFormatOptions) =>
    new Intl.NumberFormat(locale, {
      style: "currency",
      currency,
      currencyDisplay: "narrowSymbol",
      ...digits,
    }).format(micros / MICROS);

  return {
    count: (value: number) => count.format(value),
    compact: (value: number) => compact.format(value),
    percent: (share: number) => percent.format(share),
    /** A share or a ratio, to two decimals. */
    figure: (value: number) => figure.format(value),
    /** An e-value: three digits, and a power of ten where it is proof enough. */
    proof: (value: number) => (value < MUCH_PROOF ? proof : muchProof).format(value),
    /** To the cent from one major unit on; below it with as many decimals as say something. */
    money: ({ micros, currency }: Money) => amount(micros, currency, digitsFor(micros)),
    /** To the last micro. */
    exactMoney: ({ micros, currency }: Money) =>
      amount(micros, currency, { minimumFractionDigits: 2, maximumFractionDigits: 6 }),
    compactMoney: ({ micros, currency }: Money) =>
      amount(micros, currency, { notation: "compact", maximumSignificantDigits: 3 }),
    date: (iso: string) => day.format(new Date(iso)),
    moment: (iso: string) => moment.format(new Date(iso)),
    shortDay: (isoDay: string) => shortDay.format(new Date(isoDay)),
    longDay: (isoDay: string) => longDay.format(new Date(isoDay)),
    bytes: (bytes: number) => inUnits(locale, bytes),
    /** In the unit that fits, from milliseconds to hours. */
    duration: (us: number) => durationIn(locale, us),
    /** "this, that and the other". */
    list: (some: readonly string[]) => list.format(some),
    ago: (iso: string, now = Date.now()) => relative(locale, new Date(iso).getTime() - now),
  };
}

const SIZES = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;

function inUnits(locale: Locale, bytes: number): string {
  const step = Math.min(SIZES.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  const options = {
    style: "unit",
    unit: SIZES[step] ?? "byte",
    maximumFractionDigits: step === 0 ? 0 : 1,
  } as const;
  return new Intl.NumberFormat(locale, options).format(bytes / 1000 ** step);
}

const SPANS: readonly [string, number][] = [
  ["hour", 3_600_000_000],
  ["minute", 60_000_000],
  ["second", 1_000_000],
  ["millisecond", 1000],
];

/** From two of a unit on it is used: "90 min", but "2 hr". */
function durationIn(locale: Locale, us: number): string {
  const [unit, size] = SPANS.find(([, each]) => us >= 2 * each) ?? ["millisecond", 1000];
  const options = { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: 1 } as const;
  return new Intl.NumberFormat(locale, options).format(us / size);
}

function digitsFor(micros: number): Intl.NumberFormatOptions {
  const size = Math.abs(micros);
  if (size === 0 || size >= MICROS) return { minimumFractionDigits: 2, maximumFractionDigits: 2 };
  return { minimumFractionDigits: 2, maximumFractionDigits: size >= MICROS / 100 ? 4 : 6 };
}

const UNITS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 365 * 86_400_000],
  ["month", 30 * 86_400_000],
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
];

/** "3 hours ago", "in 2 days"; what is less than a minute away is "now". */
function relative(locale: Locale, difference: number): string {
  const format = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  const found = UNITS.find(([, ms]) => Math.abs(difference) >= ms);
  if (found === undefined) return format.format(0, "second");
  return format.format(Math.trunc(difference / found[1]), found[0]);
}

/** What somebody typed as an amount, in micros; null where it isn't one, or has more than six decimals. */
export function parseMicros(typed: string, { negative = false } = {}): number | null {
  const found = /^([-−]?)(\d{1,10})(?:[.,](\d{1,6}))?$/.exec(typed.trim());
  if (found === null) return null;
  const [, sign, whole, fraction = ""] = found;
  const micros = Number(whole) * MICROS + Number(fraction.padEnd(6, "0"));
  if (micros > MOST_MICROS || (sign !== "" && !negative)) return null;
  return sign === "" || micros === 0 ? micros : -micros;
}

/** An amount as `parseMicros` reads it: plain digits, no currency. */
export function typedMicros(micros: number): string {
  const whole = Math.trunc(Math.abs(micros) / MICROS);
  const fraction = String(Math.abs(micros) % MICROS)
    .padStart(6, "0")
    .replace(/0+$/, "");
  return `${micros < 0 ? "-" : ""}${whole}${fraction === "" ? "" : `.${fraction}`}`;
}
