/** How the model is to answer in this conversation; loaded when somebody is curious. */
import { RotateCcw } from "lucide-react";
import { useId, useState } from "react";
import type { Parameters } from "../api/types";
import { useWords } from "../preferences/preferences";
import { Button } from "../ui/Button";
import { IconButton } from "../ui/IconButton";
import { Panel } from "../ui/Panel";
import { isChanged, PARAMETER_FIELDS, type ParameterField, parameterFrom } from "./parameters";
import styles from "./SettingsPanel.module.css";

interface SettingsPanelProps {
  parameters: Parameters;
  defaults: Parameters;
  onChange: (parameters: Parameters) => void;
  onClose: () => void;
}

export default function SettingsPanel({ parameters, defaults, onChange, onClose }: SettingsPanelProps) {
  const words = useWords();
  const id = useId();
  return (
    <Panel
      open
      onOpenChange={(open) => open || onClose()}
      title={words.settings}
      lead={words.settingsLead}
      footer={
        <>
          <Button look="quiet" disabled={!isChanged(parameters)} onClick={() => onChange({})}>
            <RotateCcw aria-hidden />
            {words.resetAll}
          </Button>
          <Button look="solid" onClick={onClose}>
            {words.done}
          </Button>
        </>
      }
    >
      <section className={styles.instructions}>
        <label htmlFor={id}>{words.instructions}</label>
        <p className={styles.hint}>{words.instructionsHint}</p>
        <textarea
          id={id}
          rows={5}
          maxLength={20_000}
          value={parameters.system ?? ""}
          placeholder={words.instructionsPlaceholder}
          onChange={(event) => onChange({ ...parameters, system: event.target.value || null })}
        />
      </section>
      <h3 className={styles.heading}>{words.sampling}</h3>
      {PARAMETER_FIELDS.map((field) => (
        <Field
          key={field.name}
          field={field}
          value={parameters[field.name] ?? null}
          rest={defaults[field.name] ?? null}
          onChange={(value) => onChange({ ...parameters, [field.name]: value })}
        />
      ))}
    </Panel>
  );
}

interface FieldProps {
  field: ParameterField;
  value: number | null;
  /** What the server takes while nothing is chosen; null: no such thing, or no limit. */
  rest: number | null;
  onChange: (value: number | null) => void;
}

function Field({ field, value, rest, onChange }: FieldProps) {
  const words = useWords();
  const id = useId();
  const label = field.label(words);
  return (
    <div className={styles.field} data-changed={value !== null || undefined}>
      <div className={styles.row}>
        <label htmlFor={id}>{label}</label>
        {value !== null && (
          <IconButton label={words.resetOne(label)} icon={<RotateCcw />} onClick={() => onChange(null)} />
        )}
        <NumberField id={id} field={field} value={value} rest={rest} onChange={onChange} />
      </div>
      {field.max !== undefined && (
        <input
          type="range"
          className={styles.slider}
          aria-label={label}
          min={field.min}
          max={field.max}
          step={field.step}
          value={value ?? rest ?? field.min}
          onChange={(event) => onChange(parameterFrom(field, event.target.value))}
        />
      )}
      <p className={styles.hint}>{field.hint(words)}</p>
    </div>
  );
}

/** Keeps what is typed as it is typed, and corrects it on leaving: "0." is on its way to "0.7". */
function NumberField({ id, field, value, rest, onChange }: FieldProps & { id: string }) {
  const words = useWords();
  const [typed, setTyped] = useState<string | null>(null);
  return (
    <input
      id={id}
      className={styles.number}
      inputMode={Number.isInteger(field.step) ? "numeric" : "decimal"}
      autoComplete="off"
      placeholder={rest === null ? words.useDefault : String(rest)}
      value={typed ?? (value === null ? "" : String(value))}
      onChange={(event) => {
        setTyped(event.target.value);
        onChange(parameterFrom(field, event.target.value));
      }}
      onBlur={() => setTyped(null)}
    />
  );
}
