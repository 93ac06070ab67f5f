import { type ReactNode, useId } from "react";
import styles from "./Switch.module.css";

interface SwitchProps {
  label: string;
  /** How it stands, or what it does. */
  hint: ReactNode;
  isOn: boolean;
  onChange: (isOn: boolean) => void;
  disabled?: boolean;
}

/** On or off, and it counts at once. */
export function Switch({ label, hint, isOn, onChange, disabled = false }: SwitchProps) {
  const id = useId();
  return (
    <div className={styles.switch}>
      <div>
        <label htmlFor={id}>{label}</label>
        <p id={`${id}hint`} className={styles.hint}>
          {hint}
        </p>
      </div>
      <button
        id={id}
        type="button"
        role="switch"
        className={styles.track}
        aria-checked={isOn}
        aria-describedby={`${id}hint`}
        disabled={disabled}
        onClick={() => onChange(!isOn)}
      >
        <span className={styles.knob} />
      </button>
    </div>
  );
}
