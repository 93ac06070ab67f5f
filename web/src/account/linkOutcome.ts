/** How a link with the sign-in provider has come out, as the address says that the browser was sent back to. */
export type LinkOutcome =
  | { kind: "linked" }
  /** The server's stable word for what went wrong. */
  | { kind: "problem"; code: string };

export function linkOutcome(hash: string): LinkOutcome | null {
  if (hash === "#linked") return { kind: "linked" };
  const code = new URLSearchParams(hash.slice(1)).get("error");
  return code ? { kind: "problem", code } : null;
}
