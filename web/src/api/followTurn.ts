/** Stays attached to an open turn until it is closed: every attach begins with a snapshot, so nothing is ever missed. */
import { readEvents } from "./eventStream";
import { ApiProblem, asProblem, problemFrom } from "./problem";
import type { Turn } from "./types";

export interface TurnListener {
  /** The turn as it stands; replaces whatever was known. */
  snapshot(turn: Turn): void;
  delta(text: string): void;
  done(turn: Turn): void;
  /** The connection was lost; another attempt follows. */
  lost(): void;
  /** There is nothing to attach to (signed out, deleted); no attempt follows. */
  refused(problem: ApiProblem): void;
}

const FIRST_DELAY_MS = 400;
const LONGEST_DELAY_MS = 8_000;
/** The server shows a sign of life every 15 s; a connection that shows none for so long is dead, whatever it says. */
const LONGEST_SILENCE_MS = 40_000;

export async function followTurn(id: string, listener: TurnListener, signal: AbortSignal): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    try {
      if (await attachOnce(id, listener, signal, () => (failures = 0))) return;
    } catch (thrown) {
      if (signal.aborted) return;
      const problem = asProblem(thrown);
      if (problem.status >= 400 && problem.status < 500 && problem.status !== 429) {
        listener.refused(problem);
        return;
      }
    }
    if (signal.aborted) return;
    listener.lost();
    await pause(delayMs(failures), signal);
    failures += 1;
  }
}

/** Returns whether the turn is closed; false: the stream ended before that. */
async function attachOnce(
  id: string,
  listener: TurnListener,
  signal: AbortSignal,
  connected: () => void,
): Promise<boolean> {
  const response = await fetch(`/api/turns/${encodeURIComponent(id)}/events`, {
    headers: { accept: "text/event-stream" },
    credentials: "same-origin",
    signal,
  });
  if (!response.ok) throw problemFrom(response.status, await response.json().catch(() => null));
  if (response.body === null) throw new ApiProblem(0, "offline", "The stream has no body.");
  for await (const { event, data } of readEvents(response.body, { silenceMs: LONGEST_SILENCE_MS })) {
    connected();
    if (event === "snapshot") listener.snapshot(JSON.parse(data).turn);
    else if (event === "delta") listener.delta(JSON.parse(data).text);
    else if (event === "done") {
      listener.done(JSON.parse(data).turn);
      return true;
    }
  }
  return false;
}

/** Doubles from attempt to attempt; the random part keeps many pages from knocking at the same moment. */
function delayMs(failures: number): number {
  const ceiling = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** failures);
  return ceiling * (0.7 + 0.3 * Math.random());
}

/** Waits, but not beyond the moment the network comes back or the reader leaves. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      window.removeEventListener("online", end);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    window.addEventListener("online", end);
    signal.addEventListener("abort", end);
  });
}
