import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { asProblem } from "../api/problem";
import { usePagesWords } from "../i18n/pages";
import { problemDetails } from "../i18n/problems";
import { usePreferences } from "../preferences/preferences";
import { Button } from "../ui/Button";
import { Note } from "../ui/Note";
import { Sentence } from "../ui/Sentence";
import styles from "./Loaded.module.css";

interface LoadedProps<T> {
  query: Pick<UseQueryResult<T>, "data" | "error" | "isPending" | "refetch">;
  children: (data: T) => ReactNode;
  /** What stands there until it is loaded; otherwise a few blank lines do. */
  placeholder?: ReactNode;
}

/** What was asked of the server: while it is on its way, when it failed, and when it is here. */
export function Loaded<T>({ query, children, placeholder }: LoadedProps<T>) {
  if (query.data !== undefined) return children(query.data);
  if (query.isPending) return placeholder ?? <Blank />;
  return <LoadFailed error={query.error} retry={() => void query.refetch()} />;
}

export function LoadFailed({ error, retry }: { error: unknown; retry: () => void }) {
  const { words } = usePreferences();
  const pages = usePagesWords();
  const why = useProblemText(error);
  return (
    <Note
      tone="danger"
      remedy={
        <Button size="small" onClick={retry}>
          {words.retry}
        </Button>
      }
    >
      <strong>{pages.failed}</strong> <Sentence text={why} />
    </Note>
  );
}

/** What the server said went wrong, in the reader's language. */
export function useProblemText(thrown: unknown): string {
  const { words, locale } = usePreferences();
  const problem = asProblem(thrown);
  return problem.isOffline ? words.offline : problemDetails(problem.code, problem.message, locale);
}

export function Blank({ lines = 4 }: { lines?: number }) {
  const { words } = usePreferences();
  return (
    <div className={styles.blank} role="status">
      <span className="visually-hidden">{words.loading}</span>
      {Array.from({ length: lines }, (_, index) => 92 - ((index * 37) % 41)).map((width) => (
        <i key={width} style={{ width: `${width}%` }} />
      ))}
    </div>
  );
}
