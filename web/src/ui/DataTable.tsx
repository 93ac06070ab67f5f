/** Rows of data. On a phone every row becomes a card, its cells named by their columns. */
import type { ReactNode } from "react";
import styles from "./DataTable.module.css";

export interface Column<T> {
  key: string;
  /** Empty for what needs no name: a menu. */
  header: string;
  cell: (row: T) => ReactNode;
  align?: "end";
}

interface DataTableProps<T> {
  label: string;
  columns: readonly Column<T>[];
  rows: readonly T[];
  rowKey: (row: T) => string;
  /** Looks set aside: revoked, used up. */
  isPast?: (row: T) => boolean;
}

export function DataTable<T>({ label, columns, rows, rowKey, isPast }: DataTableProps<T>) {
  return (
    <table className={styles.table} aria-label={label}>
      <thead>
        <tr>
          {columns.map((column) => (
            <th key={column.key} scope="col" data-align={column.align}>
              {column.header}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={rowKey(row)} data-past={isPast?.(row) || undefined}>
            {columns.map((column, index) => (
              <td
                key={column.key}
                data-label={column.header}
                data-first={index === 0 || undefined}
                data-align={column.align}
              >
                {column.cell(row)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
