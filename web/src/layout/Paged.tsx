import type { InfiniteData, UseInfiniteQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { usePagesWords } from "../i18n/pages";
import { useWords } from "../preferences/preferences";
import { Button } from "../ui/Button";
import { Blank, LoadFailed } from "./Loaded";

interface PagedProps<P, T> {
  query: UseInfiniteQueryResult<InfiniteData<P>>;
  rowsOf: (page: P) => readonly T[];
  empty: ReactNode;
  children: (rows: T[]) => ReactNode;
}

/** A list that comes page by page: its states, its rows so far, and the way to more. */
export function Paged<P, T>({ query, rowsOf, empty, children }: PagedProps<P, T>) {
  const app = useWords();
  const words = usePagesWords();
  if (query.isPending) return <Blank />;
  if (query.data === undefined) return <LoadFailed error={query.error} retry={() => void query.refetch()} />;
  const rows = query.data.pages.flatMap(rowsOf);
  if (rows.length === 0 && !query.hasNextPage) return empty;
  return (
    <div aria-busy={query.isFetching}>
      {children(rows)}
      {query.isFetchNextPageError && (
        <LoadFailed error={query.error} retry={() => void query.fetchNextPage()} />
      )}
      {query.hasNextPage && (
        <p style={{ marginTop: "1rem" }}>
          <Button disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {query.isFetchingNextPage ? app.loading : words.more}
          </Button>
        </p>
      )}
    </div>
  );
}
