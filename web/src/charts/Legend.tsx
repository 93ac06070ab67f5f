import styles from "./DailyChart.module.css";
import type { Series } from "./scale";

/** What each colour stands for; nothing where there is only one. */
export function Legend({ series }: { series: readonly Series[] }) {
  if (series.length < 2) return null;
  return (
    <ul className={styles.legend} aria-hidden="true">
      {series.map(({ key, label }, index) => (
        <li key={key} data-layer={index + 1}>
          {label}
        </li>
      ))}
    </ul>
  );
}
