import { type ReactNode, useEffect, useMemo, useRef } from "react";
import type { ConversationSummary } from "../api/types";
import { useConversations } from "../conversation/queries";
import { usePreferences, useWords } from "../preferences/preferences";
import { useMyProjects } from "../projects/queries";
import { Button } from "../ui/Button";
import { Note } from "../ui/Note";
import { ConversationItem } from "./ConversationItem";
import styles from "./ConversationList.module.css";
import { type DayGroup, groupByDay } from "./days";

interface ConversationListProps {
  query: string;
  openId: string | null;
  /** What stands above the list and scrolls with it. */
  before?: ReactNode;
}

export function ConversationList({ query, openId, before }: ConversationListProps) {
  const words = useWords();
  const list = useConversations(query);
  const conversations = useMemo(
    () => list.data?.pages.flatMap((page) => page.conversations) ?? [],
    [list.data],
  );
  const groups = useGroups(conversations);
  const projects = useMyProjects().data;
  // A search finds what is in projects, too.
  const projectName = (id: string | null) => projects?.find((project) => project.id === id)?.name;

  return (
    <nav className={styles.list} aria-label={words.chats} aria-busy={list.isFetching}>
      {before}
      {list.isPending && <Placeholder />}
      {list.isError && conversations.length === 0 && (
        <div className={styles.quiet}>
          <Note
            tone="calm"
            remedy={
              <Button size="small" onClick={() => list.refetch()}>
                {words.retry}
              </Button>
            }
          >
            {words.chatsFailed}
          </Note>
        </div>
      )}
      {list.isSuccess && conversations.length === 0 && (
        <p className={styles.quiet} role="status">
          {query === "" ? words.noChats : words.nothingFound(query)}
        </p>
      )}
      {groups.map((group) => (
        <section key={group.label} aria-label={group.label}>
          <h2 className={styles.day}>{group.label}</h2>
          <ul>
            {group.conversations.map((conversation) => (
              <ConversationItem
                key={conversation.id}
                conversation={conversation}
                isOpen={conversation.id === openId}
                note={projectName(conversation.project_id)}
              />
            ))}
          </ul>
        </section>
      ))}
      {list.hasNextPage && (
        <More busy={list.isFetchingNextPage} onReached={() => void list.fetchNextPage()} />
      )}
    </nav>
  );
}

function useGroups(conversations: ConversationSummary[]): DayGroup[] {
  const { words, locale } = usePreferences();
  return useMemo(() => groupByDay(conversations, new Date(), words, locale), [conversations, words, locale]);
}

/** The end of what is loaded: coming into view asks for more; so does pressing it. */
function More({ busy, onReached }: { busy: boolean; onReached: () => void }) {
  const words = useWords();
  const button = useRef<HTMLButtonElement>(null);
  const reached = useRef(onReached);
  reached.current = onReached;

  useEffect(() => {
    if (button.current === null || busy) return;
    const observer = new IntersectionObserver(
      (entries) => entries.some((entry) => entry.isIntersecting) && reached.current(),
      { rootMargin: "200px" },
    );
    observer.observe(button.current);
    return () => observer.disconnect();
  }, [busy]);

  return (
    <Button
      ref={button}
      look="quiet"
      size="small"
      className={styles.more}
      disabled={busy}
      onClick={onReached}
    >
      {busy ? words.loading : words.loadMore}
    </Button>
  );
}

function Placeholder() {
  const words = useWords();
  return (
    <div className={styles.placeholder} role="status">
      <span className="visually-hidden">{words.loading}</span>
      {[72, 54, 83, 61, 76].map((width) => (
        <i key={width} style={{ width: `${width}%` }} />
      ))}
    </div>
  );
}
