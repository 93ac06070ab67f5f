/** The price list as people read it: what counts now, what begins later, and what was before. */
import type { Price } from "../api/console";

export interface PriceVersions {
  /** For each model and door: the newest that has begun. */
  current: Price[];
  /** Those that begin later, the soonest first. */
  coming: Price[];
  /** Those that newer ones have superseded, the newest first. */
  earlier: Price[];
}

export function priceVersions(prices: readonly Price[], now: Date): PriceVersions {
  const begins = (price: Price) => Date.parse(price.valid_from);
  const newestFirst = [...prices].sort((one, other) => begins(other) - begins(one));
  const coming = newestFirst.filter((price) => begins(price) > now.getTime()).reverse();
  const begun = newestFirst.filter((price) => begins(price) <= now.getTime());
  const seen = new Set<string>();
  const current: Price[] = [];
  const earlier: Price[] = [];
  for (const price of begun) {
    const place = `${price.model} ${price.door}`;
    if (seen.has(place)) earlier.push(price);
    else current.push(price);
    seen.add(place);
  }
  return { current: current.sort(byPlace), coming, earlier };
}

/** Those for everything first, for they are what the others are exceptions to. */
function byPlace(one: Price, other: Price): number {
  const order = (price: Price) =>
    `${price.model === "*" ? "" : price.model} ${price.door === "*" ? "" : price.door}`;
  return order(one) < order(other) ? -1 : 1;
}
