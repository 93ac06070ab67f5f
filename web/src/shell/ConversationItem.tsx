import { useRef, useState } from "react";
import type { ConversationSummary } from "../api/types";
import { Link } from "../app/Link";
import { conversationPath, navigate } from "../app/router";
import { useDelete, useMe, useRename } from "../conversation/queries";
import { useWords } from "../preferences/preferences";
import { mayChange, useMyProject } from "../projects/queries";
import styles from "./ConversationItem.module.css";
import { ConversationMenu } from "./ConversationMenu";

interface ConversationItemProps {
  conversation: ConversationSummary;
  isOpen: boolean;
  /** Lesser words below the title. */
  note?: string | undefined;
}

export function ConversationItem({ conversation, isOpen, note }: ConversationItemProps) {
  const words = useWords();
  const rename = useRename();
  const remove = useDelete();
  const [renaming, setRenaming] = useState(false);
  const canRename = mayChange(useMe().data, conversation, useMyProject(conversation.project_id));
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
            onDoubleClick={() => canRename && setRenaming(true)}
            title={title}
          >
            {title}
            {note && <small className={styles.note}>{note}</small>}
          </Link>
          <ConversationMenu
            conversation={conversation}
            title={title}
            isRenaming={renaming}
            onRename={() => setRenaming(true)}
            onRemove={confirmRemove}
          />
        </>
      )}
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
