import { Pencil } from "lucide-react";
import { useState } from "react";
import type { Turn } from "../api/types";
import { useProjectsWords } from "../i18n/projects";
import { useWords } from "../preferences/preferences";
import { Button } from "../ui/Button";
import { CopyButton } from "../ui/CopyButton";
import { IconButton } from "../ui/IconButton";
import { BranchSwitch } from "./BranchSwitch";
import styles from "./Question.module.css";
import { TextEditor } from "./TextEditor";
import type { Choice } from "./tree";

interface QuestionBubbleProps {
  turn: Turn;
  /** Who else has asked; null: the reader has. */
  by: string | null;
  versions: Choice;
  canAsk: boolean;
  onEdit: (text: string) => void;
  onSelect: (turnId: string) => void;
}

export function QuestionBubble({ turn, by, versions, canAsk, onEdit, onSelect }: QuestionBubbleProps) {
  const words = useWords();
  const projects = useProjectsWords();
  const name = by === "" ? projects.somebodyGone : by;
  const [editing, setEditing] = useState(false);

  if (editing) {
    return (
      <div className={styles.question}>
        <TextEditor
          text={turn.question}
          label={words.editQuestionLabel}
          hint={words.editQuestionHint}
          action={words.send}
          sendsOnEnter
          onCancel={() => setEditing(false)}
          onDone={(text) => {
            setEditing(false);
            onEdit(text);
          }}
        />
      </div>
    );
  }
  return (
    <article className={styles.question} aria-label={name === null ? words.you : projects.said(name)}>
      {name !== null && <p className={styles.by}>{name}</p>}
      <Bubble text={turn.question} />
      <div className={styles.actions}>
        <span className={styles.onHover}>
          <CopyButton text={turn.question} label={words.copy} />
          <IconButton
            label={words.editQuestion}
            icon={<Pencil />}
            disabled={!canAsk}
            onClick={() => setEditing(true)}
          />
        </span>
        <BranchSwitch
          choice={versions}
          label={words.questionVersion}
          previousLabel={words.previousVersion}
          nextLabel={words.nextVersion}
          onSelect={onSelect}
        />
      </div>
    </article>
  );
}

const LONG_CHARACTERS = 1_500;
const LONG_LINES = 18;

/** What the person wrote, as they wrote it; a very long text is folded. */
function Bubble({ text }: { text: string }) {
  const words = useWords();
  const [unfolded, setUnfolded] = useState(false);
  const isLong = text.length > LONG_CHARACTERS || text.split("\n", LONG_LINES + 1).length > LONG_LINES;
  return (
    <div className={styles.bubble}>
      <div className={isLong && !unfolded ? styles.folded : undefined}>{text}</div>
      {isLong && (
        <Button look="quiet" size="small" aria-expanded={unfolded} onClick={() => setUnfolded(!unfolded)}>
          {unfolded ? words.showLess : words.showAll}
        </Button>
      )}
    </div>
  );
}
