import { useCallback, useSyncExternalStore } from "react";
import type { Turn } from "../api/types";
import { useServices } from "../app/services";
import type { LiveTurn } from "./liveTurns";

/** Attaches to a turn while it is open and somebody looks at it; undefined for one that is closed. */
export function useLiveTurn(turn: Turn): LiveTurn | undefined {
  const { live } = useServices();
  const isOpen = turn.state === "open";
  // biome-ignore lint/correctness/useExhaustiveDependencies: a turn is followed by its id; its text may change meanwhile
  const subscribe = useCallback(
    (listener: () => void) => (isOpen ? live.follow(turn, listener) : () => undefined),
    [live, turn.id, isOpen],
  );
  return useSyncExternalStore(subscribe, () => (isOpen ? live.get(turn.id) : undefined));
}
