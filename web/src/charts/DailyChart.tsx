/** Values by day: as bars whose layers stand upon each other, or as lines. The same numbers are there as a table. */
import { useId, useState } from "react";
import { type Format, useFormat } from "../i18n/format";
import { usePagesWords } from "../i18n/pages";
import styles from "./DailyChart.module.css";
import { DailyTable } from "./DailyTable";
import { Legend } from "./Legend";
import { Bars, Lines } from "./marks";
import { highest, labelled, type Series, ticksUpTo } from "./scale";
import { useWidth } from "./useWidth";

interface DailyChartProps {
  /** What is shown, for those who listen. */
  label: string;
  kind: "bars" | "lines";
  /** In UTC, as `2026-11-24`, none left out. */
  days: readonly string[];
  series: readonly Series[];
  show: (value: number) => string;
  /** Shorter, for the axis. */
  tick: (value: number) => string;
}

const HEIGHT = 220;
const TOP = 12;
const BOTTOM = 26;
const TICK_CHARACTER = 6.6;
const LABEL_WIDTH = 64;

export function DailyChart({ label, kind, days, series, show, tick }: DailyChartProps) {
  const format = useFormat();
  const words = usePagesWords();
  const titleId = useId();
  const [frame, width] = useWidth();
  const [active, setActive] = useState<number | null>(null);

  const ticks = ticksUpTo(highest(series, days.length, { stack: kind === "bars" }));
  const top = ticks.at(-1) ?? 1;
  const left = Math.max(...ticks.map((value) => tick(value).length)) * TICK_CHARACTER + 12;
  const step = Math.max(0, width - left) / Math.max(1, days.length);
  const place = {
    x: (day: number) => left + (day + 0.5) * step,
    y: (value: number) => HEIGHT - BOTTOM - (value / top) * (HEIGHT - TOP - BOTTOM),
    step,
  };
  const dayAt = (x: number) => Math.min(days.length - 1, Math.max(0, Math.floor((x - left) / step)));
  const Marks = kind === "bars" ? Bars : Lines;

  return (
    <figure className={styles.figure} aria-labelledby={titleId}>
      <figcaption id={titleId} className="visually-hidden">
        {label}
      </figcaption>
      <div
        ref={frame}
        className={styles.frame}
        onPointerMove={(event) =>
          setActive(dayAt(event.clientX - event.currentTarget.getBoundingClientRect().left))
        }
        onPointerLeave={() => setActive(null)}
      >
        <svg className={styles.chart} width={width} height={HEIGHT} aria-hidden="true">
          {ticks.map((value) => (
            <g key={value}>
              <path
                className={value === 0 ? styles.ground : styles.line}
                d={`M${left} ${place.y(value)}H${width}`}
              />
              <text className={styles.tick} x={left - 8} y={place.y(value) + 4} textAnchor="end">
                {tick(value)}
              </text>
            </g>
          ))}
          {active !== null && (
            <rect
              className={styles.active}
              x={place.x(active) - step / 2}
              y={TOP}
              width={step}
              height={HEIGHT - TOP - BOTTOM}
            />
          )}
          {width > 0 && <Marks series={series} days={days.length} place={place} />}
          {labelled(days.length, Math.floor((width - left) / LABEL_WIDTH)).map((day) => (
            <text key={day} className={styles.tick} x={place.x(day)} y={HEIGHT - 6} textAnchor="middle">
              {format.shortDay(days[day] ?? "")}
            </text>
          ))}
        </svg>
        {active !== null && (
          <Tip
            day={format.longDay(days[active] ?? "")}
            values={series.map(({ values }) => values[active] ?? 0)}
            series={series}
            show={show}
            total={kind === "bars" && series.length > 1 ? words.total : null}
            style={
              active < days.length / 2
                ? { left: place.x(active) + 14 }
                : { right: width - place.x(active) + 14 }
            }
          />
        )}
      </div>
      <Legend series={series} />
      <DailyTable label={label} days={days} series={series} show={show} withTotal={kind === "bars"} />
    </figure>
  );
}

interface TipProps {
  day: string;
  values: number[];
  series: readonly Series[];
  show: (value: number) => string;
  /** What to call the sum; null where a sum says nothing. */
  total: string | null;
  style: { left: number } | { right: number };
}

function Tip({ day, values, series, show, total, style }: TipProps) {
  return (
    <div className={styles.tip} style={style} aria-hidden="true">
      <p>{day}</p>
      <dl>
        {series.map(({ key, label }, index) => (
          <div key={key} data-layer={index + 1}>
            <dt>{label}</dt>
            <dd>{show(values[index] ?? 0)}</dd>
          </div>
        ))}
        {total !== null && (
          <div className={styles.total}>
            <dt>{total}</dt>
            <dd>{show(values.reduce((sum, value) => sum + value, 0))}</dd>
          </div>
        )}
      </dl>
    </div>
  );
}

/** How to write amounts of one currency in a chart of micros. */
export function moneyScale(format: Format, currency: string) {
  return {
    show: (micros: number) => format.money({ micros, currency }),
    tick: (micros: number) => format.compactMoney({ micros, currency }),
  };
}
