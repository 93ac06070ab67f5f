import { X } from "lucide-react";
import { useEffect, useId, useRef, useState } from "react";
import { Link } from "../app/Link";
import { accountPath } from "../app/router";
import { useLearningWords } from "../i18n/learning";
import { useConsent } from "../learning/queries";
import { useWords } from "../preferences/preferences";
import { readText, writeStored } from "../preferences/storage";
import { Button } from "../ui/Button";
import { IconButton } from "../ui/IconButton";
import styles from "./FeedbackForm.module.css";

/** What is stored; the words people see for these are in the catalogues. */
const REASONS = {
  up: ["accurate", "helpful", "clear", "style"],
  down: ["incorrect", "not_followed", "incomplete", "too_long", "unclear", "unsafe"],
} as const;

interface FeedbackFormProps {
  thumb: "up" | "down";
  sent: boolean;
  onSend: (reasons: string[], words: string) => void;
  onClose: () => void;
}

/** Asks why, right where the thumb was given. Everything in it is optional; the thumb counts already. */
export function FeedbackForm({ thumb, sent, onSend, onClose }: FeedbackFormProps) {
  const words = useWords();
  const titleId = useId();
  const form = useRef<HTMLFormElement>(null);
  const [reasons, setReasons] = useState<readonly string[]>([]);
  const [said, setSaid] = useState("");

  useEffect(() => {
    form.current?.scrollIntoView({ block: "nearest", behavior: "smooth" });
  }, []);

  if (sent) {
    return (
      <p className={styles.thanks} role="status">
        {words.feedbackThanks}
      </p>
    );
  }
  const toggle = (reason: string) =>
    setReasons((chosen) =>
      chosen.includes(reason) ? chosen.filter((r) => r !== reason) : [...chosen, reason],
    );

  return (
    <form
      ref={form}
      className={styles.form}
      aria-labelledby={titleId}
      onSubmit={(event) => {
        event.preventDefault();
        onSend([...reasons], said.trim());
      }}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.preventDefault();
        onClose();
      }}
    >
      <header className={styles.head}>
        <h2 id={titleId}>{thumb === "up" ? words.goodTitle : words.badTitle}</h2>
        <IconButton label={words.closeMenu} icon={<X />} onClick={onClose} />
      </header>
      <div className={styles.reasons}>
        {REASONS[thumb].map((reason) => (
          <button
            key={reason}
            type="button"
            className={styles.reason}
            aria-pressed={reasons.includes(reason)}
            onClick={() => toggle(reason)}
          >
            {words.reasons[reason]}
          </button>
        ))}
      </div>
      <textarea
        className={styles.words}
        rows={2}
        maxLength={4_000}
        value={said}
        onChange={(event) => setSaid(event.target.value)}
        aria-label={words.feedbackWords}
        placeholder={words.feedbackWordsPlaceholder}
      />
      <ConsentNote />
      <div className={styles.buttons}>
        <Button look="quiet" onClick={onClose}>
          {words.feedbackSkip}
        </Button>
        <Button look="solid" type="submit" disabled={reasons.length === 0 && said.trim() === ""}>
          {words.feedbackSend}
        </Button>
      </div>
    </form>
  );
}

const SAID = "said.training";

/** Says once, to whoever hasn't agreed, that nothing is learned from it. */
function ConsentNote() {
  const words = useLearningWords();
  const consent = useConsent();
  const [isNew] = useState(() => readText(SAID) === null);
  const isShown = isNew && consent.data?.is_given === false;
  useEffect(() => {
    if (isShown) writeStored(SAID, "1");
  }, [isShown]);
  if (!isShown) return null;
  return (
    <p className={styles.consent}>
      {words.trainsOnlyWith} <Link href={accountPath("learning")}>{words.decide}</Link>.
    </p>
  );
}
