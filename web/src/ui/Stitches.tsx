import styles from "./Stitches.module.css";

/** A running stitch that sews itself: something is under way. Says nothing by itself; put words beside it. */
export function Stitches() {
  return (
    <svg className={styles.stitches} viewBox="0 0 44 8" aria-hidden="true">
      <path d="M2 4H42" />
    </svg>
  );
}
