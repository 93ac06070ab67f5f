import { ArrowDown } from "lucide-react";
import { startTransition, useEffect, useRef, useState } from "react";
import { useWords } from "../preferences/preferences";
import { IconButton } from "../ui/IconButton";
import type { Question } from "./asking";
import { Exchange } from "./Exchange";
import { PendingExchange } from "./PendingExchange";
import type { Pair } from "./pair";
import { useSelect } from "./queries";
import styles from "./Thread.module.css";
import type { Step } from "./tree";
import { useStickToEnd } from "./useStickToEnd";

interface ThreadProps {
  conversationId: string | null;
  path: readonly Step[];
  /** The two answers at its end, if there are two to pick from. */
  pair: Pair | null;
  /** The names of others who have a part in it, by id. */
  people: Readonly<Record<string, string>>;
  /** A question that the server has not taken yet. */
  pending: Question | null;
  onAsk: (question: Question) => void;
}

/** The path through the conversation that is shown, and what is about to be added to it. */
export function Thread({ conversationId, path, pair, people, pending, onAsk }: ThreadProps) {
  const words = useWords();
  const ends = pair ? [pair.left, pair.right] : path.slice(-1).map(({ turn }) => turn);
  const isWriting = pending !== null || ends.some(({ state }) => state === "open");
  const { frame, content, atEnd, goToEnd } = useStickToEnd(isWriting);
  const select = useSelect(conversationId ?? "");
  const kept = pending === null ? path : stepsBefore(path, pending);
  const shown = useWholeLater(kept.length) ? kept : kept.slice(-AT_FIRST);
  const announcement = useAnnouncement(isWriting);

  const isPending = pending !== null;
  useEffect(() => {
    if (isPending) goToEnd();
  }, [isPending, goToEnd]);

  return (
    <div className={styles.thread}>
      <div ref={frame} className={styles.frame} role="log" aria-live="off" aria-label={words.conversation}>
        <div ref={content} className={styles.content}>
          {shown.map((step, index) => (
            <Exchange
              key={step.turn.id}
              step={step}
              by={people[step.turn.asked_by] ?? null}
              pair={index === shown.length - 1 && pending === null ? pair : null}
              isLast={index === shown.length - 1 && pending === null}
              canAsk={pending === null}
              onAsk={onAsk}
              onSelect={select}
            />
          ))}
          {pending !== null && <PendingExchange question={pending.text} />}
        </div>
      </div>
      {!atEnd && (
        <IconButton
          className={styles.toEnd}
          label={words.toLatest}
          icon={<ArrowDown />}
          onClick={() => goToEnd("smooth")}
          side="top"
        />
      )}
      <p role="status" className="visually-hidden">
        {announcement}
      </p>
    </div>
  );
}

/** A long conversation shows its end at once, and the rest as soon as the browser has the time. */
const AT_FIRST = 6;

function useWholeLater(length: number): boolean {
  const [isWhole, setIsWhole] = useState(length <= AT_FIRST);
  useEffect(() => startTransition(() => setIsWhole(true)), []);
  return isWhole;
}

/** What stays of the path while a question takes its place in it. */
function stepsBefore(path: readonly Step[], question: Question): readonly Step[] {
  return path.slice(0, path.findIndex((step) => step.turn.id === question.parentId) + 1);
}

/** Tells those who listen that writing has begun and ended; the answer itself is read from its own live region. */
function useAnnouncement(isWriting: boolean): string {
  const words = useWords();
  const everWrote = useRef(false);
  everWrote.current ||= isWriting;
  if (isWriting) return words.writing;
  return everWrote.current ? words.answered : "";
}
