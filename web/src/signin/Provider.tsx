/** Signing in with an account that one has elsewhere: a way out of this page, which leads back to it. */
import type { SignInOptions } from "../api/signIn";
import { useSignInWords } from "../i18n/signin";
import type { SignInWords } from "../i18n/signin/en";
import { Button } from "../ui/Button";
import { Note } from "../ui/Note";
import styles from "./SignIn.module.css";

const START = "/api/sign-in/openid";

export function Provider({ name }: { name: NonNullable<SignInOptions["openid"]> }) {
  const words = useSignInWords();
  return (
    <div className={styles.visit}>
      <p className={styles.or}>{words.or}</p>
      <Button onClick={() => location.assign(START)}>{words.signInWith(name)}</Button>
    </div>
  );
}

/** Why somebody came back from there and isn't in. */
export function ProviderProblem({ code }: { code: string }) {
  const words = useSignInWords();
  return (
    <Note tone="danger">
      <strong>{words.notSignedIn}</strong>
      <br />
      {isKnown(words.provider, code) ? words.provider[code] : words.otherProblem}
    </Note>
  );
}

function isKnown(problems: SignInWords["provider"], code: string): code is keyof SignInWords["provider"] {
  return Object.hasOwn(problems, code);
}
