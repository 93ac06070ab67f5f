import { useState } from "react";
import { setPassword } from "../api/account";
import type { Me } from "../api/types";
import { useServices } from "../app/services";
import { keys } from "../conversation/cache";
import { useAccountWords } from "../i18n/account";
import { usePagesWords } from "../i18n/pages";
import { Form } from "../layout/Form";
import { Page, Section } from "../layout/Page";
import { useSubmit } from "../layout/useSubmit";
import { useSignInOptions } from "../signin/useSignInOptions";
import { Listing } from "../ui/Listing";
import { PasswordField } from "../ui/PasswordField";
import { AddContact } from "./AddContact";
import { OpenIdLink } from "./OpenIdLink";

export function SignInPage({ me }: { me: Me }) {
  const words = useAccountWords();
  const pages = usePagesWords();
  return (
    <Page title={pages.signIn} lead={words.signInLead}>
      <Section title={words.password} lead={me.has_password ? words.hasPassword : words.noPassword}>
        <NewPasswordForm me={me} />
      </Section>
      <Section title={words.ways} lead={words.waysLead}>
        {me.email === null && me.phone === null ? (
          <p>{words.noWays}</p>
        ) : (
          <Listing
            rows={[
              [words.email, me.email ?? "–"],
              [words.phone, me.phone ?? "–"],
            ]}
          />
        )}
        <AddContact />
      </Section>
      <OpenIdLink />
    </Page>
  );
}

function NewPasswordForm({ me }: { me: Me }) {
  const words = useAccountWords();
  const { queries } = useServices();
  const options = useSignInOptions();
  const fewest = options.data?.password_min_length ?? 10;
  const [old, setOld] = useState("");
  const [next, setNext] = useState("");
  const [tooShort, setTooShort] = useState(false);
  const change = useSubmit(setPassword, {
    fields: ["old", "new"],
    onDone: () => {
      setOld("");
      setNext("");
      return queries.invalidateQueries({ queryKey: keys.me });
    },
  });
  const submit = () => {
    setTooShort([...next].length < fewest);
    if ([...next].length >= fewest) change.submit({ old, new: next });
  };
  return (
    <Form
      action={words.setPassword}
      busy={change.busy}
      done={change.done && next === ""}
      error={change.error}
      disabled={next === "" || (me.has_password && old === "")}
      onSubmit={submit}
    >
      {/* For the browser's own keeper of passwords, which wants to know whose it is. */}
      <input type="text" hidden readOnly autoComplete="username" value={me.email ?? me.phone ?? me.name} />
      {me.has_password && (
        <PasswordField
          label={words.oldPassword}
          value={old}
          onChange={setOld}
          error={change.errorAt("old")}
          autoComplete="current-password"
        />
      )}
      <PasswordField
        label={words.newPassword}
        hint={words.newPasswordHint(String(fewest))}
        value={next}
        onChange={setNext}
        error={tooShort ? words.passwordTooShort(String(fewest)) : change.errorAt("new")}
        autoComplete="new-password"
      />
    </Form>
  );
}
