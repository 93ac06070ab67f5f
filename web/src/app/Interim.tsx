/** Whole pages for the moments in which there is nothing to show yet, or nothing at all. */
import type { ReactNode } from "react";
import { Mark } from "../brand/Mark";
import { useWords } from "../preferences/preferences";
import { Button } from "../ui/Button";
import { Stitches } from "../ui/Stitches";
import styles from "./Interim.module.css";

export function Opening() {
  const words = useWords();
  return (
    <main className={styles.page} role="status">
      <Mark size={40} />
      <Stitches />
      <span className="visually-hidden">{words.loading}</span>
    </main>
  );
}

export function Offline({ retry }: { retry: () => void }) {
  const words = useWords();
  return (
    <Plain title={words.problemTitle} text={words.offline}>
      <Button look="solid" onClick={retry}>
        {words.retry}
      </Button>
    </Plain>
  );
}

interface PlainProps {
  title: string;
  text: string;
  children: ReactNode;
}

export function Plain({ title, text, children }: PlainProps) {
  return (
    <main className={styles.page}>
      <Mark size={40} />
      <h1 className={styles.title}>{title}</h1>
      <p className={styles.text}>{text}</p>
      {children}
    </main>
  );
}
