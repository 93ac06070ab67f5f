import { type ReactNode, useId } from "react";
import { Numbers } from "../charts/Numbers";
import { Card } from "../layout/Page";
import styles from "./Figure.module.css";

interface FigureProps {
  title: string;
  chart: ReactNode;
  /** The same and more as a table. */
  table: ReactNode;
}

/** A chart with a title, as a part of a section. */
export function Figure({ title, chart, table }: FigureProps) {
  const id = useId();
  return (
    <section className={styles.figure} aria-labelledby={id}>
      <h3 id={id}>{title}</h3>
      <Card>
        {chart}
        <Numbers>{table}</Numbers>
      </Card>
    </section>
  );
}
