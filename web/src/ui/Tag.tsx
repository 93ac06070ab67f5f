import type { ReactNode } from "react";
import styles from "./Tag.module.css";

export type TagTone = "plain" | "dye" | "moss" | "weld" | "madder";

/** A short word on the state of something. */
export function Tag({ tone = "plain", children }: { tone?: TagTone; children: ReactNode }) {
  return <span className={`${styles.tag} ${styles[tone]}`}>{children}</span>;
}
