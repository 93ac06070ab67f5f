import styles from "./ProgressBar.module.css";

interface ProgressBarProps {
  label: string;
  done: number;
  total: number;
}

/** How far something has come. The numbers stand beside it, in words. */
export function ProgressBar({ label, done, total }: ProgressBarProps) {
  const share = total > 0 ? Math.min(1, done / total) : 0;
  return (
    <div
      role="progressbar"
      className={styles.bar}
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={total}
      aria-valuenow={done}
    >
      <b style={{ width: `${share * 100}%` }} />
    </div>
  );
}
