/** Three addresses, so three lines of routing: `/`, `/c/{id}`, and everything else. */
import { useSyncExternalStore } from "react";

export type Route = { page: "chat"; conversationId: string | null } | { page: "unknown" };

const NAVIGATED = "homespun:navigated";

export function routeOf(path: string): Route {
  if (path === "/" || path === "/sign-in") return { page: "chat", conversationId: null };
  const id = decoded(/^\/c\/([^/]+)\/?$/.exec(path)?.[1]);
  return id === undefined ? { page: "unknown" } : { page: "chat", conversationId: id };
}

function decoded(part: string | undefined): string | undefined {
  try {
    return part === undefined ? undefined : decodeURIComponent(part);
  } catch {
    return undefined;
  }
}

export const conversationPath = (id: string): string => `/c/${encodeURIComponent(id)}`;

export function navigate(path: string, { replace = false } = {}): void {
  if (replace) history.replaceState(null, "", path);
  else if (path !== location.pathname) history.pushState(null, "", path);
  window.dispatchEvent(new Event(NAVIGATED));
}

export function useRoute(): Route {
  return routeOf(useSyncExternalStore(subscribe, () => location.pathname));
}

function subscribe(listener: () => void): () => void {
  window.addEventListener("popstate", listener);
  window.addEventListener(NAVIGATED, listener);
  return () => {
    window.removeEventListener("popstate", listener);
    window.removeEventListener(NAVIGATED, listener);
  };
}
