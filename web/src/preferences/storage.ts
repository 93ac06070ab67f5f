/** What this browser remembers between visits. Works, without remembering, where storage is switched off or full. */

const PREFIX = "homespun.";

export function readStored<T extends string>(
  name: string,
  isValid: (value: string) => boolean,
  fallback: T,
): T {
  const value = readText(name);
  return value !== null && isValid(value) ? (value as T) : fallback;
}

export function readText(name: string): string | null {
  try {
    return localStorage.getItem(PREFIX + name);
  } catch {
    return null;
  }
}

/** Null forgets. */
export function writeStored(name: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(PREFIX + name);
    else localStorage.setItem(PREFIX + name, value);
  } catch {
    // Remembering is a courtesy: without it, the app goes on.
  }
}
