import { useEffect, useState } from "react";
import { asProblem } from "../api/problem";
import { signIn } from "../api/signIn";
import { useEntered } from "./useEntered";

export type LinkAttempt = { state: "none" } | { state: "trying" } | { state: "failed"; offline: boolean };

/** One-time tokens are tried once, whatever React does with its effects. */
const tried = new Map<string, Promise<unknown>>();

/** Tries the link that led here, if one did. */
export function useLinkAttempt(token: string | null, onSignedIn: () => void): LinkAttempt {
  const entered = useEntered(onSignedIn);
  const [attempt, setAttempt] = useState<LinkAttempt>({ state: token === null ? "none" : "trying" });

  useEffect(() => {
    if (token === null) return;
    const trial = tried.get(token) ?? signIn({ token });
    tried.set(token, trial);
    trial.then(entered, (thrown: unknown) =>
      setAttempt({ state: "failed", offline: asProblem(thrown).isOffline }),
    );
  }, [token, entered]);

  return attempt;
}
