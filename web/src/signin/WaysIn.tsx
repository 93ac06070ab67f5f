/** The ways in that this installation offers, the likeliest first. */
import { useState } from "react";
import { type SignInOptions, visit } from "../api/signIn";
import { useSignInWords } from "../i18n/signin";
import { Blank, LoadFailed } from "../layout/Loaded";
import { useSubmit } from "../layout/useSubmit";
import { Button } from "../ui/Button";
import { CopyButton } from "../ui/CopyButton";
import { Note } from "../ui/Note";
import { Sentence } from "../ui/Sentence";
import { CodeForm } from "./CodeForm";
import { PasswordForm } from "./PasswordForm";
import { Provider } from "./Provider";
import styles from "./SignIn.module.css";
import { useEntered } from "./useEntered";
import { useSignInOptions } from "./useSignInOptions";

const COMMAND = "homespun owner link";

interface WaysInProps {
  isVisitor: boolean;
  onSignedIn: () => void;
}

export function WaysIn({ isVisitor, onSignedIn }: WaysInProps) {
  const words = useSignInWords();
  const options = useSignInOptions();
  const entered = useEntered(onSignedIn);
  if (options.data === undefined)
    return options.isPending ? (
      <Blank />
    ) : (
      <LoadFailed error={options.error} retry={() => void options.refetch()} />
    );
  const offered = options.data;
  const isClosed = !offered.visitors && !sendsCodes(offered) && offered.openid === null;
  return (
    <>
      <p>{isClosed ? words.leadClosed : words.leadOpen}</p>
      <Proofs offered={offered} onEntered={entered} />
      {offered.openid !== null && <Provider name={offered.openid} />}
      {offered.visitors && !isVisitor && <Visit onEntered={entered} />}
      <OwnerLink isOpen={isClosed} />
    </>
  );
}

export function sendsCodes(offered: SignInOptions): boolean {
  return offered.email_code || offered.phone_code;
}

/** A code where codes are sent, for it lets new people in too; a password on demand, or where there is nothing else. */
function Proofs({ offered, onEntered }: { offered: SignInOptions; onEntered: () => void }) {
  const words = useSignInWords();
  const [usesPassword, setUsesPassword] = useState(!sendsCodes(offered));
  return (
    <div className={styles.proofs}>
      {usesPassword ? (
        <PasswordForm offered={offered} onEntered={onEntered} />
      ) : (
        <CodeForm offered={offered} onEntered={onEntered} />
      )}
      {sendsCodes(offered) && offered.password && (
        <Button
          look="quiet"
          size="small"
          className={styles.other}
          onClick={() => setUsesPassword(!usesPassword)}
        >
          {usesPassword ? words.useCode : words.usePassword}
        </Button>
      )}
    </div>
  );
}

function Visit({ onEntered }: { onEntered: () => void }) {
  const words = useSignInWords();
  const begin = useSubmit(visit, { onDone: onEntered });
  return (
    <div className={styles.visit}>
      <p className={styles.or}>{words.or}</p>
      <Button onClick={() => begin.submit(undefined)} disabled={begin.busy}>
        {words.visit}
      </Button>
      <p className={styles.small}>{words.visitHint}</p>
      {begin.error !== null && (
        <Note tone="danger">
          <Sentence text={begin.error} />
        </Note>
      )}
    </div>
  );
}

/** How whoever runs the server gets in, always; said outright where nobody else can. */
function OwnerLink({ isOpen }: { isOpen: boolean }) {
  const words = useSignInWords();
  return (
    <details className={styles.owner} open={isOpen}>
      <summary>{words.ownerTitle}</summary>
      <p>{words.ownerHow}</p>
      <div className={styles.command}>
        <code>{COMMAND}</code>
        <CopyButton text={COMMAND} label={words.copy} />
      </div>
      <p className={styles.small}>{words.ownerThen}</p>
    </details>
  );
}
