import { lazy, Suspense, useState } from "react";
import type { Turn } from "../api/types";
import { Mark } from "../brand/Mark";
import { useWords } from "../preferences/preferences";
import { Stitches } from "../ui/Stitches";
import styles from "./Answer.module.css";
import { AnswerActions } from "./AnswerActions";
import { AnswerState } from "./AnswerState";
import { FeedbackForm } from "./FeedbackForm";
import { Thinking } from "./PendingExchange";
import { useEditAnswer, useFeedback } from "./queries";
import { TextEditor } from "./TextEditor";
import type { Choice } from "./tree";
import { useLiveTurn } from "./useLiveTurn";
import { useSmoothText } from "./useSmoothText";

const Markdown = lazy(() => import("../markdown/Markdown"));

/** How the machine-readable world calls text like this (IPTC digital source types). */
export const AI_SOURCE = "https://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia";
const AI_AND_PERSON_SOURCE =
  "https://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia";

interface AnswerProps {
  turn: Turn;
  versions: Choice;
  isLast: boolean;
  canAsk: boolean;
  onAgain: () => void;
  onSelect: (turnId: string) => void;
}

export function Answer({ turn, versions, isLast, canAsk, onAgain, onSelect }: AnswerProps) {
  const words = useWords();
  const live = useLiveTurn(turn);
  const isOpen = turn.state === "open";
  const [editing, setEditing] = useState(false);
  const [showsOriginal, setShowsOriginal] = useState(false);
  const [asksWhy, setAsksWhy] = useState<"up" | "down" | null>(null);
  const feedback = useFeedback(turn.id);
  const edit = useEditAnswer(turn.id);

  const edited = turn.edited_answer ?? null;
  const showsEdited = edited !== null && !showsOriginal;
  const text = showsEdited ? edited : (live?.text ?? turn.answer);

  // Shown at once, before the server has heard of it.
  const shownThumb = (feedback.isPending ? feedback.variables.thumb : turn.feedback.thumb) ?? null;

  const vote = (thumb: "up" | "down") => {
    const withdrawn = shownThumb === thumb;
    feedback.mutate({ thumb: withdrawn ? null : thumb, reasons: [], words: "" });
    setAsksWhy(withdrawn ? null : thumb);
  };

  return (
    <article
      className={styles.answer}
      aria-label={words.answerBy(turn.model)}
      data-ai-generated={showsEdited ? "edited" : "true"}
      data-ai-model={turn.model}
      data-state={turn.state}
      itemScope
      itemType="https://schema.org/CreativeWork"
    >
      <meta itemProp="digitalSourceType" content={showsEdited ? AI_AND_PERSON_SOURCE : AI_SOURCE} />
      <header className={styles.by}>
        <Mark size={17} />
        <span className={styles.model}>{turn.model}</span>
        <span className={styles.label}>{showsEdited ? words.edited : words.aiLabel}</span>
      </header>
      {editing ? (
        <TextEditor
          text={text}
          label={words.editAnswerLabel}
          hint={words.editAnswerHint}
          action={words.save}
          onCancel={() => setEditing(false)}
          busy={edit.isPending}
          onDone={(better) => {
            setShowsOriginal(false);
            edit.mutate(better, { onSuccess: () => setEditing(false) });
          }}
        />
      ) : (
        <AnswerText text={text} isOpen={isOpen} isLost={live?.connection === "lost"} isLast={isLast} />
      )}
      <AnswerState turn={turn} connection={live?.connection} onAgain={isLast && canAsk ? onAgain : null} />
      {!editing && (!isOpen || versions.options.length > 1) && (
        <AnswerActions
          turn={turn}
          text={text}
          thumb={shownThumb}
          versions={versions}
          isLast={isLast}
          canAsk={canAsk}
          original={edited !== null ? { shown: showsOriginal, show: setShowsOriginal } : null}
          onVote={vote}
          onAgain={onAgain}
          onEdit={() => setEditing(true)}
          onSelect={onSelect}
        />
      )}
      {asksWhy !== null && (
        <FeedbackForm
          key={asksWhy}
          thumb={asksWhy}
          sent={turn.feedback.reasons.length > 0 || turn.feedback.words !== ""}
          onSend={(reasons, said) => feedback.mutate({ thumb: asksWhy, reasons, words: said })}
          onClose={() => setAsksWhy(null)}
        />
      )}
    </article>
  );
}

interface AnswerTextProps {
  text: string;
  isOpen: boolean;
  /** The connection to it is broken for the moment. */
  isLost: boolean;
  isLast: boolean;
}

export function AnswerText({ text, isOpen, isLost, isLast }: AnswerTextProps) {
  const words = useWords();
  const shown = useSmoothText(text);
  const isGrowing = isOpen || shown.length < text.length;
  if (isOpen && shown === "") return <Thinking label={words.thinking} />;
  if (text === "") return null;
  return (
    // Busy until it is whole, so that a screen reader reads it once and in one piece.
    <div className={styles.text} aria-live={isLast ? "polite" : "off"} aria-busy={isGrowing}>
      <Suspense fallback={<p className={styles.plain}>{shown}</p>}>
        <Markdown text={shown} growing={isGrowing} />
      </Suspense>
      {isOpen && !isLost && <Stitches />}
    </div>
  );
}
