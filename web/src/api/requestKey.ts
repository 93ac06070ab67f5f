/** Marks a request that may be sent again, so that it is done once. Works on plain HTTP too, unlike `randomUUID`. */
export function newRequestKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The header that carries the mark. */
export const marked = (key: string) => ({ headers: { "Idempotency-Key": key } });
