import { memo, useId } from "react";
import styles from "./Cloth.module.css";

const CELL = 9;
/** Threads in one repeat of the check; even, so that over and under go on across the seam. */
const REPEAT = 26;
const DYED = new Set([3, 4, 5, 6, 7, 8, 11, 20, 21]);

/** A check in plain weave, thread by thread: over one, under one. A picture without meaning, hidden from readers. */
export const Cloth = memo(function Cloth() {
  const id = useId();
  return (
    <svg className={styles.cloth} aria-hidden="true">
      <defs>
        <Twist id={`${id}warp-plain`} tone="plain" along="warp" />
        <Twist id={`${id}weft-plain`} tone="plain" along="weft" />
        <Twist id={`${id}warp-dyed`} tone="dyed" along="warp" />
        <Twist id={`${id}weft-dyed`} tone="dyed" along="weft" />
        <pattern id={`${id}check`} width={REPEAT * CELL} height={REPEAT * CELL} patternUnits="userSpaceOnUse">
          {crossings().map(({ row, column, top }) => (
            <rect
              key={`${row} ${column}`}
              x={column * CELL + (top === "warp" ? 0.7 : -0.5)}
              y={row * CELL + (top === "warp" ? -0.5 : 0.7)}
              width={CELL + (top === "warp" ? -1.4 : 1)}
              height={CELL + (top === "warp" ? 1 : -1.4)}
              rx="2.6"
              fill={`url(#${id}${top}-${DYED.has(top === "warp" ? column : row) ? "dyed" : "plain"})`}
            />
          ))}
        </pattern>
      </defs>
      <rect width="100%" height="100%" fill={`url(#${id}check)`} />
    </svg>
  );
});

interface Crossing {
  row: number;
  column: number;
  top: "warp" | "weft";
}

function crossings(): Crossing[] {
  return Array.from({ length: REPEAT * REPEAT }, (_, index) => {
    const row = Math.floor(index / REPEAT);
    const column = index % REPEAT;
    return { row, column, top: (row + column) % 2 === 0 ? "warp" : "weft" };
  });
}

/** Light falls on the middle of a thread; its edges turn away. */
function Twist({ id, tone, along }: { id: string; tone: "plain" | "dyed"; along: "warp" | "weft" }) {
  const direction = along === "warp" ? { x2: "1", y2: "0" } : { x2: "0", y2: "1" };
  return (
    <linearGradient id={id} {...direction} className={styles[tone]}>
      <stop offset="0" className={styles.edge} />
      <stop offset="0.42" className={styles.middle} />
      <stop offset="1" className={styles.edge} />
    </linearGradient>
  );
}
