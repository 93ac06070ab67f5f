import { Eye, EyeOff } from "lucide-react";
import { useState } from "react";
import { useWords } from "../preferences/preferences";
import { Field } from "./Field";
import field from "./Field.module.css";
import { IconButton } from "./IconButton";
import styles from "./PasswordField.module.css";

interface PasswordFieldProps {
  label: string;
  hint?: string;
  error?: string | null;
  value: string;
  autoComplete: "current-password" | "new-password";
  onChange: (value: string) => void;
}

/** Can be made readable: what is typed unseen is typed wrong. */
export function PasswordField({ label, hint, error, value, autoComplete, onChange }: PasswordFieldProps) {
  const words = useWords();
  const [shown, setShown] = useState(false);
  return (
    <Field label={label} hint={hint} error={error}>
      {(attributes) => (
        <span className={styles.box}>
          <input
            {...attributes}
            className={field.input}
            type={shown ? "text" : "password"}
            value={value}
            autoComplete={autoComplete}
            spellCheck={false}
            autoCapitalize="off"
            onChange={(event) => onChange(event.target.value)}
          />
          <IconButton
            className={styles.eye}
            label={shown ? words.hidePassword : words.showPassword}
            icon={shown ? <EyeOff /> : <Eye />}
            onClick={() => setShown(!shown)}
          />
        </span>
      )}
    </Field>
  );
}
