/** The addresses of the app, and which page each leads to. */
import { useSyncExternalStore } from "react";

export const ACCOUNT_SECTIONS = [
  "profile",
  "usage",
  "balance",
  "keys",
  "teams",
  "sign-in",
  "sessions",
  "learning",
  "better-answers",
] as const;
export const CONSOLE_SECTIONS = [
  "people",
  "teams",
  "keys",
  "availability",
  "plans",
  "vouchers",
  "balances",
  "usage",
  "income",
  "releases",
  "improvements",
  "health",
  "settings",
] as const;

export type AccountSection = (typeof ACCOUNT_SECTIONS)[number];
export type ConsoleSection = (typeof CONSOLE_SECTIONS)[number];

export type Route =
  /** Without a conversation: the beginning of one, perhaps in a project. */
  | { page: "chat"; conversationId: string | null; projectId: string | null }
  | { page: "project"; projectId: string }
  /** For those who aren't signed in, or are visitors. */
  | { page: "sign-in" }
  /** Without a section: the list of them, where there is no room for it beside one. */
  | { page: "account"; section: AccountSection | null; id: string | null }
  | { page: "console"; section: ConsoleSection | null; id: string | null }
  | { page: "unknown" };

const NAVIGATED = "homespun:navigated";
const UNKNOWN: Route = { page: "unknown" };

export function routeOf(path: string): Route {
  if (path === "/") return { page: "chat", conversationId: null, projectId: null };
  if (path === "/sign-in" || path === "/invitation") return { page: "sign-in" };
  const [first, second, third, ...more] = partsOf(path);
  if (more.length > 0) return UNKNOWN;
  if (first === "c" && second !== undefined && third === undefined)
    return { page: "chat", conversationId: second, projectId: null };
  if (first === "projects" && second !== undefined) return projectRoute(second, third);
  if (first === "account") return accountRoute(second, third);
  return first === "console" ? consoleRoute(second, third) : UNKNOWN;
}

function projectRoute(projectId: string, what: string | undefined): Route {
  if (what === undefined) return { page: "project", projectId };
  return what === "new" ? { page: "chat", conversationId: null, projectId } : UNKNOWN;
}

function accountRoute(section: string | undefined, id: string | undefined): Route {
  if (section === undefined) return { page: "account", section: null, id: null };
  return isOneOf(ACCOUNT_SECTIONS, section) ? { page: "account", section, id: id ?? null } : UNKNOWN;
}

function consoleRoute(section: string | undefined, id: string | undefined): Route {
  if (section === undefined) return { page: "console", section: null, id: null };
  return isOneOf(CONSOLE_SECTIONS, section) ? { page: "console", section, id: id ?? null } : UNKNOWN;
}

/** The address's parts, decoded; none for one that can't be decoded. */
function partsOf(path: string): string[] {
  try {
    return path.split("/").filter(Boolean).map(decodeURIComponent);
  } catch {
    return [];
  }
}

function isOneOf<T extends string>(known: readonly T[], given: string): given is T {
  return (known as readonly string[]).includes(given);
}

export const conversationPath = (id: string): string => `/c/${encodeURIComponent(id)}`;

export const projectPath = (id: string): string => `/projects/${encodeURIComponent(id)}`;

/** Where a chat in a project begins. */
export const newInProjectPath = (id: string): string => `${projectPath(id)}/new`;

export const accountPath = (section?: AccountSection, id?: string): string => pathOf("/account", section, id);

export const consolePath = (section?: ConsoleSection, id?: string): string => pathOf("/console", section, id);

function pathOf(area: string, section: string | undefined, id: string | undefined): string {
  const parts = [area, section, id === undefined ? undefined : encodeURIComponent(id)];
  return parts.filter((part) => part !== undefined).join("/");
}

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
