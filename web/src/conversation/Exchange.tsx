import { memo } from "react";
import type { Turn } from "../api/types";
import { Answer } from "./Answer";
import type { Question } from "./asking";
import type { Pair } from "./pair";
import { QuestionBubble } from "./QuestionBubble";
import { SideBySide } from "./SideBySide";
import type { Choice, Step } from "./tree";

interface ExchangeProps {
  step: Step;
  /** Who else has asked; null: the reader has. */
  by: string | null;
  /** Its two answers, while one is to be picked. */
  pair: Pair | null;
  isLast: boolean;
  /** Whether a question may be asked now. */
  canAsk: boolean;
  onAsk: (question: Question) => void;
  onSelect: (turnId: string) => void;
}

/** A question and its answer, each with its versions. */
export const Exchange = memo(
  function Exchange({ step, by, pair, isLast, canAsk, onAsk, onSelect }: ExchangeProps) {
    const { turn, questions, answers } = step;
    return (
      <section data-turn={turn.id}>
        <QuestionBubble
          turn={turn}
          by={by}
          versions={questions}
          canAsk={canAsk}
          onEdit={(text) => onAsk({ kind: "edit", text, parentId: turn.parent_id })}
          onSelect={onSelect}
        />
        {pair ? (
          <SideBySide pair={pair} />
        ) : (
          <Answer
            turn={turn}
            versions={answers}
            isLast={isLast}
            canAsk={canAsk}
            onAgain={() =>
              onAsk({ kind: "again", turnId: turn.id, parentId: turn.parent_id, text: turn.question })
            }
            onSelect={onSelect}
          />
        )}
      </section>
    );
  },
  // Steps are made anew from the same turns: what counts is whether the turns are the same.
  (before, after) =>
    before.step.turn === after.step.turn &&
    before.by === after.by &&
    sameChoice(before.step.questions, after.step.questions) &&
    sameChoice(before.step.answers, after.step.answers) &&
    before.pair?.left === after.pair?.left &&
    before.pair?.right === after.pair?.right &&
    before.isLast === after.isLast &&
    before.canAsk === after.canAsk &&
    before.onAsk === after.onAsk &&
    before.onSelect === after.onSelect,
);

function sameChoice(a: Choice, b: Choice): boolean {
  return a.index === b.index && sameTurns(a.options, b.options);
}

function sameTurns(a: readonly Turn[], b: readonly Turn[]): boolean {
  return a.length === b.length && a.every((turn, index) => turn.id === b[index]?.id);
}
