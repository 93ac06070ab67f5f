/** What stands in a chart: bars with layers, or lines. */
import styles from "./DailyChart.module.css";
import { type Series, stacked } from "./scale";

export interface Place {
  /** The middle of a day. */
  x: (day: number) => number;
  y: (value: number) => number;
  /** The width of a day. */
  step: number;
}

interface MarksProps {
  series: readonly Series[];
  days: number;
  place: Place;
}

const WIDEST_BAR = 30;
/** Between one layer and the next, as between two strips of cloth. */
const SEAM = 1;

export function Bars({ series, days, place }: MarksProps) {
  const width = Math.max(1.5, Math.min(WIDEST_BAR, place.step * 0.68));
  return stacked(series, days).map((blocks, day) => {
    const x = place.x(day) - width / 2;
    return blocks.map(({ series: layer, from, to }, index) => {
      const y = place.y(to);
      const height = Math.max(0.75, place.y(from) - y - (from > 0 ? SEAM : 0));
      const isTop = index === blocks.length - 1;
      return (
        <path
          // biome-ignore lint/suspicious/noArrayIndexKey: a day is its place in the chart
          key={`${day} ${series[layer]?.key}`}
          className={styles.block}
          data-layer={layer + 1}
          d={block(x, y, width, height, isTop ? Math.min(4, width / 3, height) : 0)}
        />
      );
    });
  });
}

/** A block whose upper corners are round. */
function block(x: number, y: number, width: number, height: number, radius: number): string {
  return (
    `M${x} ${y + height}V${y + radius}q0 ${-radius} ${radius} ${-radius}` +
    `h${width - 2 * radius}q${radius} 0 ${radius} ${radius}V${y + height}Z`
  );
}

export function Lines({ series, days, place }: MarksProps) {
  return series.map(({ key, values }, layer) => {
    const points = Array.from(
      { length: days },
      (_, day) => [place.x(day), place.y(values[day] ?? 0)] as const,
    );
    return (
      <g key={key} data-layer={layer + 1}>
        <path className={styles.curve} d={`M${points.map(([x, y]) => `${x} ${y}`).join("L")}`} />
        {days <= 40 &&
          points.map(([x, y], day) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a day is its place in the chart
            <circle key={day} className={styles.dot} cx={x} cy={y} r={2.6} />
          ))}
      </g>
    );
  });
}
