import { ArrowUp, SlidersHorizontal, Square } from "lucide-react";
import { type KeyboardEvent, lazy, Suspense, useEffect, useRef, useState } from "react";
import type { Parameters } from "../api/types";
import { useWords } from "../preferences/preferences";
import { IconButton } from "../ui/IconButton";
import styles from "./Composer.module.css";
import type { Draft } from "./drafts";
import { isChanged } from "./parameters";
import { isSubmitKey } from "./submitKey";

const SettingsPanel = lazy(() => import("./SettingsPanel"));

interface ComposerProps {
  draft: Draft;
  onChange: (part: Partial<Draft>) => void;
  parameters: Parameters;
  defaults: Parameters;
  isFollowUp: boolean;
  canSend: boolean;
  onSend: () => void;
  /** Null: nothing is being written. */
  onStop: (() => void) | null;
}

export function Composer({
  draft,
  onChange,
  parameters,
  defaults,
  isFollowUp,
  canSend,
  onSend,
  onStop,
}: ComposerProps) {
  const words = useWords();
  const field = useRef<HTMLTextAreaElement>(null);
  const ready = canSend && draft.text.trim() !== "";

  useEffect(() => {
    // On a phone this would raise the keyboard over the page that was just opened.
    if (matchMedia("(pointer: fine)").matches) field.current?.focus();
  }, []);

  const send = () => {
    if (ready) onSend();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (!isSubmitKey(event)) return;
    event.preventDefault();
    send();
  };

  return (
    <form
      className={styles.composer}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <textarea
        ref={field}
        id="message"
        className={styles.field}
        rows={1}
        value={draft.text}
        onChange={(event) => onChange({ text: event.target.value })}
        onKeyDown={onKeyDown}
        placeholder={isFollowUp ? words.followUpPlaceholder : words.messagePlaceholder}
        aria-label={words.messageLabel}
        maxLength={200_000}
      />
      <div className={styles.bar}>
        <Settings parameters={parameters} defaults={defaults} onChange={onChange} />
        {onStop === null ? (
          <IconButton
            type="submit"
            className={styles.send}
            label={words.send}
            icon={<ArrowUp />}
            disabled={!ready}
            side="top"
          />
        ) : (
          <IconButton
            className={styles.stop}
            label={words.stop}
            shortcut="Esc"
            icon={<Square />}
            onClick={onStop}
            side="top"
          />
        )}
      </div>
    </form>
  );
}

function Settings({
  parameters,
  defaults,
  onChange,
}: Pick<ComposerProps, "parameters" | "defaults" | "onChange">) {
  const words = useWords();
  const [open, setOpen] = useState(false);
  const changed = isChanged(parameters);
  return (
    <>
      <IconButton
        className={styles.settings}
        label={changed ? `${words.settings} (${words.settingsChanged})` : words.settings}
        icon={
          <>
            <SlidersHorizontal />
            {changed && <i className={styles.changed} />}
          </>
        }
        onClick={() => setOpen(true)}
        aria-haspopup="dialog"
        side="top"
      />
      {open && (
        <Suspense>
          <SettingsPanel
            parameters={parameters}
            defaults={defaults}
            onChange={(next) => onChange({ parameters: next })}
            onClose={() => setOpen(false)}
          />
        </Suspense>
      )}
    </>
  );
}
