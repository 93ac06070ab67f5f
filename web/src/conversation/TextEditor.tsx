import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { useWords } from "../preferences/preferences";
import { Button } from "../ui/Button";
import { isSubmitKey } from "./submitKey";
import styles from "./TextEditor.module.css";

interface TextEditorProps {
  text: string;
  label: string;
  hint: string;
  action: string;
  /** Enter alone finishes it; otherwise Ctrl or Cmd Enter does. */
  sendsOnEnter?: boolean;
  /** It is being sent. */
  busy?: boolean;
  onCancel: () => void;
  onDone: (text: string) => void;
}

/** Changes a text in its own place. */
export function TextEditor({
  text,
  label,
  hint,
  action,
  sendsOnEnter,
  busy = false,
  onCancel,
  onDone,
}: TextEditorProps) {
  const words = useWords();
  const hintId = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  const [value, setValue] = useState(text);
  const usable = value.trim() !== "" && !busy;

  useEffect(() => {
    field.current?.focus();
    field.current?.setSelectionRange(text.length, text.length);
    return focusMessageBox;
  }, [text.length]);

  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.key === "Escape" && !event.nativeEvent.isComposing) {
      event.preventDefault();
      event.stopPropagation();
      onCancel();
    }
    if (!isSubmitKey(event) || !(sendsOnEnter || event.metaKey || event.ctrlKey)) return;
    event.preventDefault();
    if (usable) onDone(value);
  };

  return (
    <div className={styles.editor}>
      <textarea
        ref={field}
        className={styles.field}
        value={value}
        onChange={(event) => setValue(event.target.value)}
        onKeyDown={onKeyDown}
        aria-label={label}
        aria-describedby={hintId}
        maxLength={200_000}
      />
      <div className={styles.foot}>
        <p id={hintId} className={styles.hint}>
          {hint}
        </p>
        <div className={styles.buttons}>
          <Button onClick={onCancel}>{words.cancel}</Button>
          <Button look="solid" disabled={!usable} onClick={() => onDone(value)}>
            {action}
          </Button>
        </div>
      </div>
    </div>
  );
}

/** The editor goes away with the focus in it; the reader most likely writes on. (Not on a phone: no keyboard unasked.) */
export function focusMessageBox(): void {
  if (matchMedia("(pointer: fine)").matches)
    document.getElementById("message")?.focus({ preventScroll: true });
}
