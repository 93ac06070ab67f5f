/** What can be done with a conversation from a list: rename, move, delete. Nothing is offered that will be refused. */
import { Ellipsis, FolderInput, Pencil, Trash2 } from "lucide-react";
import { useState } from "react";
import type { ConversationSummary } from "../api/types";
import { useMe } from "../conversation/queries";
import { useProjectsWords } from "../i18n/projects";
import { useWords } from "../preferences/preferences";
import { MoveDialog } from "../projects/MoveDialog";
import { mayChange, useMyProjects } from "../projects/queries";
import { ConfirmDialog } from "../ui/ConfirmDialog";
import { Menu, MenuItem } from "../ui/Menu";
import styles from "./ConversationItem.module.css";

interface ConversationMenuProps {
  conversation: ConversationSummary;
  title: string;
  isRenaming: boolean;
  onRename: () => void;
  onRemove: () => void;
}

export function ConversationMenu(props: ConversationMenuProps) {
  const { conversation, title, isRenaming, onRename, onRemove } = props;
  const words = useWords();
  const projectWords = useProjectsWords();
  const [removing, setRemoving] = useState(false);
  const [moving, setMoving] = useState(false);
  const me = useMe().data;
  const projects = useMyProjects().data ?? [];
  const project = projects.find(({ id }) => id === conversation.project_id);
  const isMine = conversation.owner_id === me?.id;
  const mayMove = isMine && (projects.length > 0 || conversation.project_id !== null);
  if (!mayChange(me, conversation, project)) return null;
  return (
    <>
      <Menu
        align="end"
        trigger={
          <button type="button" className={styles.options} aria-label={words.chatOptions(title)}>
            <Ellipsis aria-hidden />
          </button>
        }
        // The field that replaces this menu wants the focus for itself.
        onCloseAutoFocus={(event) => isRenaming && event.preventDefault()}
      >
        <MenuItem icon={<Pencil />} onSelect={onRename}>
          {words.rename}
        </MenuItem>
        {mayMove && (
          <MenuItem icon={<FolderInput />} onSelect={() => setMoving(true)}>
            {conversation.project_id === null ? projectWords.move : projectWords.moveElsewhere}
          </MenuItem>
        )}
        <MenuItem icon={<Trash2 />} danger onSelect={() => setRemoving(true)}>
          {words.remove}
        </MenuItem>
      </Menu>
      <MoveDialog conversation={conversation} open={moving} onOpenChange={setMoving} />
      <ConfirmDialog
        open={removing}
        onOpenChange={setRemoving}
        title={words.removeTitle}
        text={words.removeText(title)}
        confirm={words.remove}
        onConfirm={onRemove}
      />
    </>
  );
}
