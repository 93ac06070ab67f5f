/** Where values stand on the lines that evidence and figures are drawn on: shares of the line's length, from 0 to 1. */
import type { Suite } from "../../api/releases";

/** An e-value below this proves nothing that anybody would want to read off a picture. */
const LEAST_PROOF = 0.1;

/** E-values multiply, so equal factors are equal distances. */
export function proofPlace(value: number, most: number): number {
  const span = Math.log(most / LEAST_PROOF);
  return bounded(Math.log(Math.max(value, LEAST_PROOF) / LEAST_PROOF) / span);
}

/** The end of such a line: a little beyond all that is to stand on it. */
export function mostProof(values: readonly number[]): number {
  return 1.6 * Math.max(10, ...values.filter(Number.isFinite));
}

export interface FigurePlace {
  low: number;
  figure: number;
  high: number;
  limits: number[];
}

/** Of a suite's figure between its bounds, on a line from 0; null where there is none. */
export function figurePlace({ figure, low, high, limit }: Suite): FigurePlace | null {
  if (figure == null || low == null || high == null) return null;
  const limits = [limit.at_least, limit.at_most].filter((each) => each != null);
  const top = Math.max(1, high, ...limits);
  const place = (value: number) => bounded(value / top);
  return { low: place(low), figure: place(figure), high: place(high), limits: limits.map(place) };
}

function bounded(share: number): number {
  return Math.min(1, Math.max(0, share));
}
