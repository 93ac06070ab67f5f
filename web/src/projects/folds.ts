/** Which teams and projects are folded in the sidebar; remembered by this browser. */
import { useCallback, useState } from "react";
import { readText, writeStored } from "../preferences/storage";

const NAME = "sidebar.folds";

/** By the id of a team or project: whether it is open, where somebody has said so. */
type Folds = Record<string, boolean>;

export function useFolds() {
  const [folds, setFolds] = useState(readFolds);
  const fold = useCallback((id: string, isOpen: boolean) => {
    const next = { ...readFolds(), [id]: isOpen };
    writeStored(NAME, JSON.stringify(next));
    setFolds(next);
  }, []);
  return { folds, fold };
}

export function readFolds(): Folds {
  try {
    const stored: unknown = JSON.parse(readText(NAME) ?? "{}");
    return typeof stored === "object" && stored !== null ? (stored as Folds) : {};
  } catch {
    return {};
  }
}
