import { CircleAlert, Info } from "lucide-react";
import type { ReactNode } from "react";
import styles from "./Note.module.css";

interface NoteProps {
  tone: "calm" | "care" | "danger";
  children: ReactNode;
  /** A button that puts it right, where there is one. */
  remedy?: ReactNode;
}

/** A short word about a state of things, in its place on the page. */
export function Note({ tone, children, remedy }: NoteProps) {
  const Icon = tone === "danger" ? CircleAlert : Info;
  return (
    <div className={`${styles.note} ${styles[tone]}`} role={tone === "danger" ? "alert" : "status"}>
      <Icon aria-hidden className={styles.icon} />
      <div className={styles.text}>{children}</div>
      {remedy}
    </div>
  );
}
