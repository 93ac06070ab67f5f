import { useFormat } from "../i18n/format";
import { usePagesWords } from "../i18n/pages";
import styles from "./DailyChart.module.css";
import { Numbers } from "./Numbers";
import type { Series } from "./scale";

interface DailyTableProps {
  label: string;
  days: readonly string[];
  series: readonly Series[];
  show: (value: number) => string;
  withTotal: boolean;
}

/** The chart's numbers, the newest day first. */
export function DailyTable({ label, days, series, show, withTotal }: DailyTableProps) {
  const words = usePagesWords();
  const format = useFormat();
  const total = (day: number) => series.reduce((sum, { values }) => sum + (values[day] ?? 0), 0);
  const hasTotal = withTotal && series.length > 1;
  return (
    <Numbers>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard */}
      <section className={styles.scroll} aria-label={label} tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">{words.day}</th>
              {series.map(({ key, label }) => (
                <th key={key} scope="col">
                  {label}
                </th>
              ))}
              {hasTotal && <th scope="col">{words.total}</th>}
            </tr>
          </thead>
          <tbody>
            {days
              .map((day, index) => (
                <tr key={day}>
                  <th scope="row">{format.shortDay(day)}</th>
                  {series.map(({ key, values }) => (
                    <td key={key}>{show(values[index] ?? 0)}</td>
                  ))}
                  {hasTotal && <td>{show(total(index))}</td>}
                </tr>
              ))
              .reverse()}
          </tbody>
        </table>
      </section>
    </Numbers>
  );
}
