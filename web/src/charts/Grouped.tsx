/** Amounts in groups, as lying bars on one scale: what belongs together stands together. Every number stands beside its bar. */
import styles from "./DailyChart.module.css";
import grouped from "./Grouped.module.css";

export interface GroupedBar {
  key: string;
  label: string;
  /** Its colour: which of the layers it is. */
  layer: number;
  /** null: not known. */
  value: number | null;
  /** The value in words, or why there is none. */
  shown: string;
}

interface GroupedProps {
  label: string;
  groups: readonly {
    key: string;
    label: string;
    /** What the bars come to, at the end of the line. */
    sum?: string;
    bars: readonly GroupedBar[];
  }[];
}

export function Grouped({ label, groups }: GroupedProps) {
  const most = Math.max(1, ...groups.flatMap(({ bars }) => bars.map(({ value }) => value ?? 0)));
  return (
    <figure className={styles.figure} aria-label={label}>
      <ul className={grouped.groups}>
        {groups.map((group) => (
          <li key={group.key}>
            <p>
              <span>{group.label}</span>
              {group.sum && <span>{group.sum}</span>}
            </p>
            <ul className={grouped.bars}>
              {group.bars.map((bar) => (
                <li key={bar.key} data-layer={bar.layer} data-unknown={bar.value === null || undefined}>
                  <span>{bar.label}</span>
                  <i aria-hidden>
                    <b style={{ width: `${(Math.max(0, bar.value ?? 0) / most) * 100}%` }} />
                  </i>
                  <span>{bar.shown}</span>
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
    </figure>
  );
}
