/** Where a conversation of one's own may stand: in one of one's projects, or in none. */
import { Check, Folder, Lock } from "lucide-react";
import type { ReactNode } from "react";
import type { ConversationSummary } from "../api/types";
import { useProjectsWords } from "../i18n/projects";
import { useWords } from "../preferences/preferences";
import { Button } from "../ui/Button";
import { Dialog, DialogButtons } from "../ui/Dialog";
import styles from "./MoveDialog.module.css";
import { useMove, useMyProjects } from "./queries";

interface MoveDialogProps {
  conversation: ConversationSummary;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

export function MoveDialog({ conversation, open, onOpenChange }: MoveDialogProps) {
  const app = useWords();
  const words = useProjectsWords();
  const projects = useMyProjects();
  const move = useMove();
  const put = (projectId: string | null) => {
    onOpenChange(false);
    if (projectId !== conversation.project_id) move.mutate({ id: conversation.id, projectId });
  };
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={words.moveTitle} lead={words.moveText}>
      <ul className={styles.places}>
        <Place
          icon={<Lock aria-hidden />}
          name={words.nowhere}
          note={words.nowhereText}
          isHere={conversation.project_id === null}
          onChoose={() => put(null)}
        />
        {projects.data?.map((project) => (
          <Place
            key={project.id}
            icon={<Folder aria-hidden />}
            name={project.name}
            note={project.team_name}
            isHere={conversation.project_id === project.id}
            onChoose={() => put(project.id)}
          />
        ))}
      </ul>
      <DialogButtons>
        <Button onClick={() => onOpenChange(false)}>{app.cancel}</Button>
      </DialogButtons>
    </Dialog>
  );
}

interface PlaceProps {
  icon: ReactNode;
  name: string;
  note: string;
  isHere: boolean;
  onChoose: () => void;
}

function Place({ icon, name, note, isHere, onChoose }: PlaceProps) {
  const words = useProjectsWords();
  return (
    <li>
      <button
        type="button"
        className={styles.place}
        aria-current={isHere ? "true" : undefined}
        onClick={onChoose}
      >
        {icon}
        <span className={styles.name}>
          {name}
          <small>{note}</small>
        </span>
        {isHere && (
          <>
            <Check aria-hidden className={styles.here} />
            <span className="visually-hidden">{words.here}</span>
          </>
        )}
      </button>
    </li>
  );
}
