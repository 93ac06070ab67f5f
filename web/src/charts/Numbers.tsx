import type { ReactNode } from "react";
import { usePagesWords } from "../i18n/pages";
import styles from "./DailyChart.module.css";

/** A chart's numbers as a table, for those who can't or don't want to read them off a picture. */
export function Numbers({ children }: { children: ReactNode }) {
  const words = usePagesWords();
  return (
    <details className={styles.numbers}>
      <summary>{words.asTable}</summary>
      {children}
    </details>
  );
}
