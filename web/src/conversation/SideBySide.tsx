/** Two answers to one question, side by side: both are written at once, and who asked picks the better one. */
import { useEffect, useId } from "react";
import type { Choice } from "../api/learning";
import type { Turn } from "../api/types";
import { Mark } from "../brand/Mark";
import { useLearningWords } from "../i18n/learning";
import { useWords } from "../preferences/preferences";
import { Button } from "../ui/Button";
import { AI_SOURCE, AnswerText } from "./Answer";
import { AnswerState } from "./AnswerState";
import type { Pair } from "./pair";
import { useChoose } from "./queries";
import styles from "./SideBySide.module.css";
import { focusMessageBox } from "./TextEditor";
import { useLiveTurn } from "./useLiveTurn";

export function SideBySide({ pair }: { pair: Pair }) {
  const words = useLearningWords();
  const titleId = useId();
  const choose = useChoose(pair);
  const isWriting = pair.left.state === "open" || pair.right.state === "open";
  const pick = (choice: Choice) => {
    choose.mutate(choice);
    focusMessageBox();
  };
  const canPick = !isWriting && !choose.isPending;
  useNumberKeys(canPick ? pick : null);

  return (
    <section className={styles.pair} aria-labelledby={titleId}>
      <header className={styles.head}>
        <h2 id={titleId}>{words.which}</h2>
        <p role="status">
          {isWriting ? words.stillWriting : words.pickOne}{" "}
          {!isWriting && <span className={styles.keys}>{words.pickByKey}</span>}
        </p>
      </header>
      <div className={styles.two}>
        <Candidate number="1" turn={pair.left} onPick={canPick ? () => pick("left") : null} />
        <Candidate number="2" turn={pair.right} onPick={canPick ? () => pick("right") : null} />
      </div>
      <footer className={styles.foot}>
        <Button look="quiet" size="small" disabled={!canPick} onClick={() => pick("neither")}>
          {words.bothBad}
        </Button>
        <Button look="quiet" size="small" disabled={choose.isPending} onClick={() => pick("skipped")}>
          {words.skip}
        </Button>
      </footer>
    </section>
  );
}

interface CandidateProps {
  number: "1" | "2";
  turn: Turn;
  /** Null: not yet. */
  onPick: (() => void) | null;
}

/** It doesn't say which model it is of: that is no matter of taste. */
function Candidate({ number, turn, onPick }: CandidateProps) {
  const app = useWords();
  const words = useLearningWords();
  const live = useLiveTurn(turn);
  const isOpen = turn.state === "open";
  return (
    <article
      className={styles.candidate}
      aria-label={words.answerNumber(number)}
      data-ai-generated="true"
      data-ai-model={turn.model}
      data-state={turn.state}
      itemScope
      itemType="https://schema.org/CreativeWork"
    >
      <meta itemProp="digitalSourceType" content={AI_SOURCE} />
      <header className={styles.by}>
        <Mark size={17} />
        <span>{words.answerNumber(number)}</span>
        <span className={styles.label}>{app.aiLabel}</span>
      </header>
      <div className={styles.said}>
        <AnswerText
          text={live?.text ?? turn.answer}
          isOpen={isOpen}
          isLost={live?.connection === "lost"}
          isLast
        />
        <AnswerState turn={turn} connection={live?.connection} onAgain={null} />
      </div>
      <Button className={styles.pick} disabled={onPick === null} onClick={() => onPick?.()}>
        {words.better(number)}
        <kbd aria-hidden>{number}</kbd>
      </Button>
    </article>
  );
}

/** 1 and 2, unless somebody writes, or a menu or a dialog is open. */
function useNumberKeys(pick: ((choice: Choice) => void) | null): void {
  useEffect(() => {
    if (pick === null) return;
    const onKey = (event: KeyboardEvent) => {
      const choice = { "1": "left", "2": "right" }[event.key] as Choice | undefined;
      if (choice === undefined || event.ctrlKey || event.metaKey || event.altKey || isWritten(event)) return;
      event.preventDefault();
      pick(choice);
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  });
}

function isWritten({ target }: KeyboardEvent): boolean {
  const isField = target instanceof Element && target.closest("input, textarea, select, [contenteditable]");
  return Boolean(isField) || document.querySelector("[role=dialog],[role=menu]") !== null;
}
