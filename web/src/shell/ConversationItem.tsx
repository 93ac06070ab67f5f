import { Ellipsis, Pencil, Trash2 } from "lucide-react";
import { useRef, useState } from "react";
import type { ConversationSummary } from "../api/types";
import { Link } from "../app/Link";
import { conversationPath, navigate } from "../app/router";
import { useDelete, useRename } from "../conversation/queries";
import { useWords } from "../preferences/preferences";
import { ConfirmDialog } from "../ui/ConfirmDialog";
import { Menu, MenuItem } from "../ui/Menu";
import styles from "./ConversationItem.module.css";

interface ConversationItemProps {
  conversation: ConversationSummary;
  isOpen: boolean;
}

export function ConversationItem({ conversation, isOpen }: ConversationItemProps) {
  const words = useWords();
  const rename = useRename();
  const remove = useDelete();
  const [renaming, setRenaming] = useState(false);
  const [removing, setRemoving] = useState(false);
  // Optimistic: the new title stands while it is on its way.
  const title = (rename.isPending ? rename.variables.title : conversation.title) || words.untitled;

  const confirmRemove = () => {
    if (isOpen) navigate("/");
    remove.mutate(conversation.id);
  };

  if (remove.isPending) return null;
  return (
    <li className={styles.item} data-open={isOpen || undefined}>
      {renaming ? (
        <TitleField
          title={title}
          onDone={(next) => {
            setRenaming(false);
            if (next !== null && next !== title) rename.mutate({ id: conversation.id, title: next });
          }}
        />
      ) : (
        <>
          <Link
            href={conversationPath(conversation.id)}
            className={styles.link}
            aria-current={isOpen ? "page" : undefined}
            onDoubleClick={() => setRenaming(true)}
            title={title}
          >
            {title}
          </Link>
          <Menu
            align="end"
            trigger={
              <button type="button" className={styles.options} aria-label={words.chatOptions(title)}>
                <Ellipsis aria-hidden />
              </button>
            }
            // The field that replaces this menu wants the focus for itself.
            onCloseAutoFocus={(event) => renaming && event.preventDefault()}
          >
            <MenuItem icon={<Pencil />} onSelect={() => setRenaming(true)}>
              {words.rename}
            </MenuItem>
            <MenuItem icon={<Trash2 />} danger onSelect={() => setRemoving(true)}>
              {words.remove}
            </MenuItem>
          </Menu>
        </>
      )}
      <ConfirmDialog
        open={removing}
        onOpenChange={setRemoving}
        title={words.removeTitle}
        text={words.removeText(title)}
        confirm={words.remove}
        onConfirm={confirmRemove}
      />
    </li>
  );
}

/** Enter and leaving keep the new title, Escape the old one. */
function TitleField({ title, onDone }: { title: string; onDone: (title: string | null) => void }) {
  const words = useWords();
  const left = useRef(false);
  const leave = (next: string | null) => {
    if (left.current) return;
    left.current = true;
    onDone(next?.trim() || null);
  };
  return (
    <input
      className={styles.field}
      // biome-ignore lint/a11y/noAutofocus: the person has just asked to write here
      autoFocus
      defaultValue={title}
      maxLength={200}
      aria-label={words.renameLabel}
      onFocus={(event) => event.target.select()}
      onBlur={(event) => leave(event.target.value)}
      onKeyDown={(event) => {
        if (event.nativeEvent.isComposing) return;
        if (event.key === "Enter") leave(event.currentTarget.value);
        if (event.key === "Escape") {
          event.stopPropagation();
          leave(null);
        }
      }}
    />
  );
}
