/** The objects that live as long as the page: what is cached, what is being written, what other tabs do. */
import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { createContext, use } from "react";
import { ApiProblem } from "../api/problem";
import { forgetConversation, keys, putTurn } from "../conversation/cache";
import { LiveTurns } from "../conversation/liveTurns";
import { Mishaps } from "./mishaps";
import { Tabs } from "./tabs";

declare module "@tanstack/react-query" {
  interface Register {
    mutationMeta: {
      /** Its component tells of its failure where it happened; otherwise a toast does. */
      saysItself?: true;
    };
  }
}

export interface Services {
  queries: QueryClient;
  live: LiveTurns;
  tabs: Tabs;
  mishaps: Mishaps;
}

export function createServices(): Services {
  const tabs = new Tabs();
  const mishaps = new Mishaps();
  const queries = createQueries(mishaps);
  const live = new LiveTurns({
    onClosed: (turn) => putTurn(queries, turn),
    onRefused: (turn, problem) => {
      if (problem.isSignedOut) void queries.invalidateQueries({ queryKey: keys.me });
      else void forgetConversation(queries, turn.conversation_id);
    },
  });
  tabs.listen((news) => {
    if (news.kind === "session") void queries.invalidateQueries();
    else void forgetConversation(queries, news.id);
  });
  return { queries, live, tabs, mishaps };
}

function createQueries(mishaps: Mishaps): QueryClient {
  /** Whatever was asked: once the session is over, everybody has to know. */
  const onError = (thrown: unknown) => {
    if (thrown instanceof ApiProblem && thrown.isSignedOut && !queries.isFetching({ queryKey: keys.me })) {
      const known = queries.getQueryState(keys.me);
      if (known?.status !== "error") void queries.invalidateQueries({ queryKey: keys.me });
    }
  };
  const queries = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({
      onError: (thrown, _variables, _context, mutation) => {
        onError(thrown);
        if (!mutation.meta?.saysItself) mishaps.tell(thrown);
      },
    }),
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        // A refusal stays a refusal; silence is worth another try.
        retry: (failures, thrown) => !(thrown instanceof ApiProblem && thrown.status >= 400) && failures < 2,
        networkMode: "always",
      },
      mutations: { networkMode: "always" },
    },
  });
  return queries;
}

const ServicesContext = createContext<Services | null>(null);

export const ServicesProvider = ServicesContext.Provider;

export function useServices(): Services {
  const services = use(ServicesContext);
  if (services === null) throw new Error("useServices needs a ServicesProvider above it.");
  return services;
}
