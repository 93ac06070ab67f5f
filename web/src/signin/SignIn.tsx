/** What somebody sees who is not signed in: the ways in that this installation offers, and what became of a link. */
import type { ReactNode } from "react";
import type { Me } from "../api/types";
import type { Arrival } from "../app/arrival";
import { Link } from "../app/Link";
import { Cloth } from "../brand/Cloth";
import { Mark } from "../brand/Mark";
import { useSignInWords } from "../i18n/signin";
import { useWords } from "../preferences/preferences";
import { Note } from "../ui/Note";
import { Stitches } from "../ui/Stitches";
import { AppearanceChoice } from "./AppearanceChoice";
import { Invitation } from "./Invitation";
import { ProviderProblem } from "./Provider";
import styles from "./SignIn.module.css";
import { useLinkAttempt } from "./useLinkAttempt";
import { WaysIn } from "./WaysIn";

interface SignInProps {
  /** What the address brought along that led here. */
  arrival: Arrival | null;
  /** Who is here already: a visitor who wants in, or somebody with an invitation. */
  present: Me | null;
  onSignedIn: () => void;
}

export default function SignIn({ arrival, present, onSignedIn }: SignInProps) {
  const app = useWords();
  return (
    <div className={styles.page}>
      <main className={styles.main}>
        <p className={styles.brand}>
          <Mark size={26} />
          {app.appName}
        </p>
        {arrival?.kind === "invitation" ? (
          <Invitation token={arrival.token} present={present} onDone={onSignedIn} />
        ) : (
          <Entrance arrival={arrival} isVisitor={present !== null} onSignedIn={onSignedIn} />
        )}
        <AppearanceChoice />
      </main>
      <div className={styles.cloth}>
        <Cloth />
      </div>
    </div>
  );
}

interface EntranceProps {
  arrival: Arrival | null;
  isVisitor: boolean;
  onSignedIn: () => void;
}

function Entrance({ arrival, isVisitor, onSignedIn }: EntranceProps) {
  const app = useWords();
  const words = useSignInWords();
  const attempt = useLinkAttempt(arrival?.kind === "link" ? arrival.token : null, onSignedIn);
  if (attempt.state === "trying")
    return (
      <p className={styles.trying} role="status">
        <Stitches /> {words.signingIn}
      </p>
    );
  return (
    <Words title={words.title}>
      {attempt.state === "failed" && (
        <Note tone="danger">
          <strong>{words.failed}</strong>
          <br />
          {attempt.offline ? app.offline : words.failedWhy}
        </Note>
      )}
      {arrival?.kind === "problem" && <ProviderProblem code={arrival.code} />}
      <WaysIn isVisitor={isVisitor} onSignedIn={onSignedIn} />
      {isVisitor && <Link href="/">{words.backToVisit}</Link>}
    </Words>
  );
}

export function Words({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className={styles.words}>
      <h1 className={styles.title}>{title}</h1>
      {children}
    </div>
  );
}
