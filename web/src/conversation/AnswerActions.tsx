import { Pencil, RefreshCw, ThumbsDown, ThumbsUp } from "lucide-react";
import type { Turn } from "../api/types";
import { useWords } from "../preferences/preferences";
import { Button } from "../ui/Button";
import { CopyButton } from "../ui/CopyButton";
import { IconButton } from "../ui/IconButton";
import styles from "./Answer.module.css";
import { AnswerDetails } from "./AnswerDetails";
import { BranchSwitch } from "./BranchSwitch";
import type { Choice } from "./tree";

interface AnswerActionsProps {
  turn: Turn;
  /** What is shown, and so what is copied. */
  text: string;
  thumb: "up" | "down" | null;
  versions: Choice;
  isLast: boolean;
  canAsk: boolean;
  /** Where the person has written a better answer: which of the two is shown. */
  original: { shown: boolean; show: (shown: boolean) => void } | null;
  onVote: (thumb: "up" | "down") => void;
  onAgain: () => void;
  onEdit: () => void;
  onSelect: (turnId: string) => void;
}

export function AnswerActions(props: AnswerActionsProps) {
  const { turn, text, thumb, versions, isLast, canAsk, original, onVote, onAgain, onEdit, onSelect } = props;
  const words = useWords();
  return (
    <div className={styles.actions} data-last={isLast || undefined}>
      <BranchSwitch
        choice={versions}
        label={words.answerVersion}
        previousLabel={words.previousAnswer}
        nextLabel={words.nextAnswer}
        onSelect={onSelect}
      />
      {turn.state !== "open" && (
        <span className={styles.onHover}>
          {text !== "" && <CopyButton text={text} label={words.copy} />}
          <IconButton
            label={words.good}
            icon={<ThumbsUp />}
            aria-pressed={thumb === "up"}
            onClick={() => onVote("up")}
          />
          <IconButton
            label={words.bad}
            icon={<ThumbsDown />}
            aria-pressed={thumb === "down"}
            onClick={() => onVote("down")}
          />
          <IconButton label={words.regenerate} icon={<RefreshCw />} disabled={!canAsk} onClick={onAgain} />
          <IconButton label={words.editAnswer} icon={<Pencil />} onClick={onEdit} />
          <AnswerDetails turn={turn} />
        </span>
      )}
      {original !== null && (
        <Button look="quiet" size="small" onClick={() => original.show(!original.shown)}>
          {original.shown ? words.showEdited : words.showOriginal}
        </Button>
      )}
    </div>
  );
}
