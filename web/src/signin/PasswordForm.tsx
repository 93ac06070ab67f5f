import { useState } from "react";
import { type SignInOptions, signIn } from "../api/signIn";
import { useSignInWords } from "../i18n/signin";
import { Form } from "../layout/Form";
import { useSubmit } from "../layout/useSubmit";
import { TextField } from "../ui/Field";
import { PasswordField } from "../ui/PasswordField";

interface PasswordFormProps {
  offered: SignInOptions;
  onEntered: () => void;
}

export function PasswordForm({ onEntered }: PasswordFormProps) {
  const words = useSignInWords();
  const [login, setLogin] = useState("");
  const [password, setPassword] = useState("");
  const enter = useSubmit(signIn, { fields: ["login", "password"], onDone: onEntered });
  return (
    <Form
      action={words.signIn}
      busy={enter.busy}
      error={enter.error}
      disabled={login.trim() === "" || password === ""}
      onSubmit={() => enter.submit({ login: login.trim(), password })}
    >
      <TextField
        label={words.login}
        error={enter.errorAt("login")}
        value={login}
        onChange={setLogin}
        autoComplete="username"
        autoCapitalize="off"
        spellCheck={false}
        maxLength={254}
      />
      <PasswordField
        label={words.password}
        error={enter.errorAt("password")}
        value={password}
        onChange={setPassword}
        autoComplete="current-password"
      />
    </Form>
  );
}
