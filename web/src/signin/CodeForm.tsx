/** Signing in, or joining, with a code that is sent to an address. */
import { useState } from "react";
import { register, requestCode, type SignInOptions, signIn } from "../api/signIn";
import { useSignInWords } from "../i18n/signin";
import type { SignInWords } from "../i18n/signin/en";
import { Form } from "../layout/Form";
import { useSubmit } from "../layout/useSubmit";
import { usePreferences } from "../preferences/preferences";
import { Button } from "../ui/Button";
import { TextField } from "../ui/Field";

interface CodeFormProps {
  offered: SignInOptions;
  onEntered: () => void;
}

export function CodeForm({ offered, onEntered }: CodeFormProps) {
  const [to, setTo] = useState("");
  const [isSent, setIsSent] = useState(false);
  return isSent ? (
    <Trade offered={offered} to={to.trim()} onEntered={onEntered} onBack={() => setIsSent(false)} />
  ) : (
    <Request offered={offered} to={to} setTo={setTo} onSent={() => setIsSent(true)} />
  );
}

interface RequestProps {
  offered: SignInOptions;
  to: string;
  setTo: (to: string) => void;
  onSent: () => void;
}

function Request({ offered, to, setTo, onSent }: RequestProps) {
  const words = useSignInWords();
  const { locale } = usePreferences();
  const request = useSubmit(requestCode, { fields: ["to"], onDone: onSent });
  return (
    <Form
      action={words.sendCode}
      busy={request.busy}
      error={request.error}
      disabled={to.trim() === ""}
      onSubmit={() => request.submit({ to: to.trim(), locale })}
    >
      <TextField
        label={addressLabel(offered, words)}
        hint={hint(offered, words)}
        error={request.errorAt("to")}
        value={to}
        onChange={setTo}
        autoComplete="username"
        autoCapitalize="off"
        inputMode={offered.email_code ? "email" : "tel"}
        spellCheck={false}
        maxLength={254}
      />
    </Form>
  );
}

interface TradeProps {
  offered: SignInOptions;
  to: string;
  onEntered: () => void;
  onBack: () => void;
}

function Trade({ offered, to, onEntered, onBack }: TradeProps) {
  const words = useSignInWords();
  const { locale } = usePreferences();
  const [code, setCode] = useState("");
  const [name, setName] = useState("");
  const again = useSubmit(requestCode);
  const enter = useSubmit(
    (proof: { login: string; code: string; name: string }) =>
      proof.name === "" ? signIn({ login: proof.login, code: proof.code }) : register(proof),
    { fields: ["code", "name"], onDone: onEntered },
  );
  // Who is new says a name and joins; who is known just signs in.
  const letsIn = offered.registration === "open" || offered.registration === "listed";
  return (
    <Form
      action={words.signIn}
      busy={enter.busy}
      error={enter.error ?? again.error}
      disabled={code.trim().length < 4}
      onSubmit={() => enter.submit({ login: to, code: code.trim(), name: name.trim() })}
      also={
        <>
          <Button onClick={onBack}>{words.otherAddress}</Button>
          <Button disabled={again.busy || again.done} onClick={() => again.submit({ to, locale })}>
            {again.done ? words.sentAgain : words.again}
          </Button>
        </>
      }
    >
      <p role="status">{letsIn ? words.codeSentOrJoin(to) : words.codeSent(to)}</p>
      <TextField
        label={words.code}
        error={enter.errorAt("code")}
        value={code}
        onChange={setCode}
        inputMode="numeric"
        autoComplete="one-time-code"
        maxLength={10}
        autoFocus
      />
      {letsIn && (
        <TextField
          label={words.yourName}
          hint={words.yourNameHint}
          error={enter.errorAt("name")}
          value={name}
          onChange={setName}
          autoComplete="name"
          maxLength={100}
        />
      )}
    </Form>
  );
}

function addressLabel({ email_code, phone_code }: SignInOptions, words: SignInWords): string {
  if (email_code && phone_code) return words.login;
  return email_code ? words.loginEmail : words.loginPhone;
}

/** How a phone number is written, and what becomes of those who are new. */
function hint({ phone_code, registration }: SignInOptions, words: SignInWords): string {
  const joining = {
    open: words.joinHint,
    listed: words.joinListedHint,
    invitation: words.joinInvitationHint,
    closed: "",
  }[registration];
  return [joining, phone_code ? words.phoneHint : ""].filter(Boolean).join(" ");
}
