/** What somebody sees who is not signed in: where a link comes from, and what became of the one they opened. */
import { useEffect, useState } from "react";
import { signIn } from "../api/calls";
import { asProblem } from "../api/problem";
import { navigate } from "../app/router";
import { useServices } from "../app/services";
import { Cloth } from "../brand/Cloth";
import { Mark } from "../brand/Mark";
import { useWords } from "../preferences/preferences";
import { CopyButton } from "../ui/CopyButton";
import { Note } from "../ui/Note";
import { Stitches } from "../ui/Stitches";
import { AppearanceChoice } from "./AppearanceChoice";
import styles from "./SignIn.module.css";

const COMMAND = "homespun owner link";

interface SignInProps {
  /** The token of the link that led here. */
  token: string | null;
  onSignedIn: () => void;
}

export function SignIn({ token, onSignedIn }: SignInProps) {
  const words = useWords();
  const attempt = useAttempt(token, onSignedIn);
  return (
    <div className={styles.page}>
      <main className={styles.main}>
        <p className={styles.brand}>
          <Mark size={26} />
          {words.appName}
        </p>
        {attempt.state === "trying" ? (
          <p className={styles.trying} role="status">
            <Stitches /> {words.signingIn}
          </p>
        ) : (
          <div className={styles.words}>
            <h1 className={styles.title}>{words.signInTitle}</h1>
            {attempt.state === "failed" && (
              <Note tone="danger">
                <strong>{words.signInFailed}</strong>
                <br />
                {attempt.offline ? words.offline : words.signInFailedWhy}
              </Note>
            )}
            <p>{words.signInLead}</p>
            <p className={styles.how}>{words.signInHow}</p>
            <div className={styles.command}>
              <code>{COMMAND}</code>
              <CopyButton text={COMMAND} label={words.copy} />
            </div>
            <p className={styles.then}>{words.signInThen}</p>
          </div>
        )}
        <AppearanceChoice />
      </main>
      <div className={styles.cloth}>
        <Cloth />
      </div>
    </div>
  );
}

type Attempt = { state: "none" } | { state: "trying" } | { state: "failed"; offline: boolean };

/** One-time tokens are tried once, whatever React does with its effects. */
const tried = new Map<string, Promise<unknown>>();

function useAttempt(token: string | null, onSignedIn: () => void): Attempt {
  const { queries, tabs } = useServices();
  const [attempt, setAttempt] = useState<Attempt>({ state: token === null ? "none" : "trying" });

  useEffect(() => {
    if (token === null) return;
    const trial = tried.get(token) ?? signIn(token);
    tried.set(token, trial);
    trial.then(
      () => {
        onSignedIn();
        navigate("/", { replace: true });
        tabs.tell({ kind: "session" });
        return queries.resetQueries();
      },
      (thrown: unknown) => setAttempt({ state: "failed", offline: asProblem(thrown).isOffline }),
    );
  }, [token, onSignedIn, queries, tabs]);

  return attempt;
}
