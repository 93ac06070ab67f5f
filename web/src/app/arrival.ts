/** What the address that led here brought along: proof of who somebody is, good for one time. */
export interface Arrival {
  kind: "link" | "invitation";
  token: string;
}

const KINDS: Readonly<Record<string, Arrival["kind"]>> = { "/sign-in": "link", "/invitation": "invitation" };

/** Takes the one-time token out of the address, at once, so that it stays in no history and no screenshot. */
export function takeArrival(): Arrival | null {
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  const kind = KINDS[location.pathname];
  if (kind === undefined || token === null || token === "") return null;
  history.replaceState(null, "", location.pathname);
  return { kind, token };
}
