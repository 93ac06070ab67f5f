/** What the address that led here brought along: proof of who somebody is, good for one time, or why they aren't in. */
export type Arrival =
  | { kind: "link" | "invitation"; token: string }
  /** The server's stable word for what went wrong at the sign-in provider. */
  | { kind: "problem"; code: string };

const KINDS = { "/sign-in": "link", "/invitation": "invitation" } as const;

/** Takes it out of the address, at once, so that it stays in no history and no screenshot. */
export function takeArrival(): Arrival | null {
  const arrival = arrivalAt(location.pathname, location.hash);
  if (arrival !== null) history.replaceState(null, "", location.pathname);
  return arrival;
}

export function arrivalAt(path: string, hash: string): Arrival | null {
  if (path !== "/sign-in" && path !== "/invitation") return null;
  const brought = new URLSearchParams(hash.slice(1));
  const token = brought.get("token");
  const code = brought.get("error");
  if (token) return { kind: KINDS[path], token };
  return code && path === "/sign-in" ? { kind: "problem", code } : null;
}
