import type { ReactNode } from "react";
import { usePagesWords } from "../i18n/pages";
import { Button } from "../ui/Button";
import { Note } from "../ui/Note";
import { Sentence } from "../ui/Sentence";
import { Stitches } from "../ui/Stitches";
import styles from "./Form.module.css";

interface FormProps {
  /** What the button says that sends it. */
  action: string;
  busy: boolean;
  /** Said beside the button once it is done. */
  done?: boolean;
  error: string | null;
  disabled?: boolean;
  danger?: boolean;
  onSubmit: () => void;
  children: ReactNode;
  /** Other buttons, before the one that sends. */
  also?: ReactNode;
}

/** Fields, what is wrong with them as a whole, and the button that sends them. */
export function Form({ action, busy, done, error, disabled, danger, onSubmit, children, also }: FormProps) {
  const words = usePagesWords();
  return (
    <form
      className={styles.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy && !disabled) onSubmit();
      }}
    >
      {children}
      {error !== null && (
        <Note tone="danger">
          <Sentence text={error} />
        </Note>
      )}
      <div className={styles.buttons}>
        {also}
        <Button type="submit" look={danger ? "danger" : "solid"} disabled={busy || disabled}>
          {action}
        </Button>
        <span role="status" className={styles.state}>
          {busy ? <Stitches /> : done ? words.saved : ""}
        </span>
      </div>
    </form>
  );
}
