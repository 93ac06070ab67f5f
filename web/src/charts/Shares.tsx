/** Amounts of several things side by side, as lying bars with parts. Every number stands beside its bar. */
import styles from "./DailyChart.module.css";
import shares from "./Shares.module.css";

interface SharesProps {
  label: string;
  /** What the parts of each bar are, from the left. */
  parts: readonly string[];
  rows: readonly { key: string; label: string; values: readonly number[] }[];
  show: (value: number) => string;
}

export function Shares({ label, parts, rows, show }: SharesProps) {
  const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
  const most = Math.max(1, ...rows.map(({ values }) => total(values)));
  return (
    <figure className={styles.figure} aria-label={label}>
      <ul className={shares.rows}>
        {rows.map((row) => (
          <li key={row.key}>
            <p>
              <span>{row.label}</span>
              <span>{show(total(row.values))}</span>
            </p>
            <div className={shares.bar} aria-hidden>
              {parts.map((part, index) => (
                <i
                  key={part}
                  data-layer={index + 1}
                  title={`${part}: ${show(row.values[index] ?? 0)}`}
                  style={{ width: `${((row.values[index] ?? 0) / most) * 100}%` }}
                />
              ))}
            </div>
          </li>
        ))}
      </ul>
      <ul className={styles.legend} aria-hidden>
        {parts.map((part, index) => (
          <li key={part} data-layer={index + 1}>
            {part}
          </li>
        ))}
      </ul>
    </figure>
  );
}
