/** The geometry of charts: pure numbers, no pixels of any page. */

/** One line of a chart, or one layer of its bars: a value for each day. */
export interface Series {
  key: string;
  label: string;
  values: readonly number[];
}

/** Ticks at round distances (1, 2 or 5 times a power of ten) from zero to at least `most`. */
export function ticksUpTo(most: number, wanted = 4): number[] {
  if (!(most > 0)) return [0, 1];
  const rough = most / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * (STEPS.find((factor) => power * factor >= rough * (1 - 1e-9)) ?? 10);
  const count = Math.ceil(most / step - 1e-9);
  return Array.from({ length: count + 1 }, (_, index) => Number((index * step).toPrecision(12)));
}

const STEPS = [1, 2, 5, 10];

export interface Block {
  series: number;
  from: number;
  to: number;
}

/** Layers upon each other, for each day, from the first series up; layers without height are left out. */
export function stacked(series: readonly Series[], days: number): Block[][] {
  return Array.from({ length: days }, (_, day) => {
    let height = 0;
    return series.flatMap(({ values }, index) => {
      const value = Math.max(0, values[day] ?? 0);
      if (value === 0) return [];
      const from = height;
      height += value;
      return [{ series: index, from, to: height }];
    });
  });
}

/** The largest height of any day. */
export function highest(series: readonly Series[], days: number, { stack }: { stack: boolean }): number {
  const heights = Array.from({ length: days }, (_, day) => {
    const values = series.map(({ values }) => Math.max(0, values[day] ?? 0));
    return stack ? values.reduce((sum, value) => sum + value, 0) : Math.max(0, ...values);
  });
  return Math.max(0, ...heights);
}

/** Which days get a label, so that no more than `most` stand below the chart: evenly spaced, the last one among them. */
export function labelled(days: number, most: number): number[] {
  if (days <= 0 || most <= 0) return [];
  const step = Math.ceil(days / most);
  const labels: number[] = [];
  for (let day = days - 1; day >= 0; day -= step) labels.unshift(day);
  return labels;
}

/** The largest `most` series, and the rest as one. */
export function largest(series: readonly Series[], most: number, restLabel: string): Series[] {
  const total = (one: Series) => one.values.reduce((sum, value) => sum + value, 0);
  const sorted = [...series].sort((one, other) => total(other) - total(one));
  if (sorted.length <= most) return sorted;
  const rest = sorted.slice(most - 1);
  const length = Math.max(...rest.map(({ values }) => values.length));
  const values = Array.from({ length }, (_, day) =>
    rest.reduce((sum, { values }) => sum + (values[day] ?? 0), 0),
  );
  return [...sorted.slice(0, most - 1), { key: "…", label: restLabel, values }];
}

/** Every day from the first to the last, both included, as `2026-11-24`; days are UTC's. */
export function daysBetween(first: string, last: string): string[] {
  const days: string[] = [];
  const end = Date.parse(last);
  for (let at = Date.parse(first); at <= end; at += 86_400_000)
    days.push(new Date(at).toISOString().slice(0, 10));
  return days;
}
