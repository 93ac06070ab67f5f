import { useState } from "react";
import { type MadeKey, makeKey, type NewKey, type Scope } from "../api/account";
import { useModels } from "../conversation/queries";
import { useAccountWords } from "../i18n/account";
import { parseMicros } from "../i18n/format";
import { usePagesWords } from "../i18n/pages";
import { Form } from "../layout/Form";
import { useSubmit } from "../layout/useSubmit";
import { useWords } from "../preferences/preferences";
import { Button } from "../ui/Button";
import { AreaField, CheckField, FieldGroup, FieldRow, SelectField, TextField } from "../ui/Field";
import { Panel } from "../ui/Panel";
import { useCurrency } from "./useCurrency";

interface NewKeyPanelProps {
  mayAdminister: boolean;
  onClose: () => void;
  onMade: (made: MadeKey) => void;
  /** The team's project that the key is to belong to. */
  projectId?: string;
}

type Expiry = "never" | "30" | "90" | "365";

export function NewKeyPanel({ mayAdminister, onClose, onMade, projectId }: NewKeyPanelProps) {
  const app = useWords();
  const words = useAccountWords();
  const pages = usePagesWords();
  const currency = useCurrency();
  const [draft, setDraft] = useState<Draft>(BLANK);
  const [budgetProblem, setBudgetProblem] = useState<string | null>(null);
  const make = useSubmit(makeKey, { fields: ["name", "budget", "networks"], onDone: onMade });
  const set = (change: Partial<Draft>) => setDraft((before) => ({ ...before, ...change }));

  const submit = () => {
    const key = keyFrom(draft, projectId);
    setBudgetProblem(key === null ? pages.notAnAmount : null);
    if (key !== null) make.submit(key);
  };
  return (
    <Panel open onOpenChange={(open) => open || onClose()} title={words.newKey} lead={words.keysLead}>
      <Form
        action={pages.create}
        busy={make.busy}
        error={make.error}
        disabled={draft.name.trim() === "" || draft.scopes.length === 0}
        onSubmit={submit}
        also={<Button onClick={onClose}>{app.cancel}</Button>}
      >
        <TextField
          label={words.keyName}
          hint={words.keyNameHint}
          error={make.errorAt("name")}
          value={draft.name}
          onChange={(name) => set({ name })}
          maxLength={100}
        />
        <Scopes mayAdminister={mayAdminister} chosen={draft.scopes} onChange={(scopes) => set({ scopes })} />
        <Models chosen={draft.models} onChange={(models) => set({ models })} />
        <FieldRow>
          <TextField
            label={words.budget}
            before={currency}
            inputMode="decimal"
            error={budgetProblem ?? make.errorAt("budget")}
            value={draft.budget}
            onChange={(budget) => set({ budget })}
            placeholder={pages.none}
          />
          <SelectField
            label={words.budgetPeriod}
            value={draft.period}
            options={[
              { value: "month", label: words.perMonth },
              { value: "ever", label: words.inAll },
            ]}
            onChange={(period) => set({ period })}
          />
        </FieldRow>
        <SelectField<Expiry>
          label={words.expiry}
          value={draft.expiry}
          options={[
            { value: "never", label: words.expiryNever },
            ...(["30", "90", "365"] as const).map((days) => ({ value: days, label: words.expiryDays(days) })),
          ]}
          onChange={(expiry) => set({ expiry })}
        />
        <AreaField
          label={`${words.networks} (${pages.optional})`}
          hint={words.networksHint}
          error={make.errorAt("networks")}
          value={draft.networks}
          onChange={(networks) => set({ networks })}
          spellCheck={false}
        />
      </Form>
    </Panel>
  );
}

interface Draft {
  name: string;
  scopes: Scope[];
  models: string[];
  budget: string;
  period: "month" | "ever";
  expiry: Expiry;
  networks: string;
}

const BLANK: Draft = {
  name: "",
  scopes: ["chat", "models", "usage"],
  models: [],
  budget: "",
  period: "month",
  expiry: "never",
  networks: "",
};

/** Null where the budget is no amount. */
function keyFrom(draft: Draft, projectId: string | undefined): NewKey | null {
  const micros = draft.budget.trim() === "" ? null : parseMicros(draft.budget);
  if (micros === null && draft.budget.trim() !== "") return null;
  return {
    name: draft.name.trim(),
    scopes: draft.scopes,
    models: draft.models,
    budget: micros === null ? null : { micros, period: draft.period },
    networks: draft.networks.split(/[\s,]+/).filter(Boolean),
    project_id: projectId ?? null,
    expires_at:
      draft.expiry === "never"
        ? null
        : new Date(Date.now() + Number(draft.expiry) * 86_400_000).toISOString(),
  };
}

interface ScopesProps {
  mayAdminister: boolean;
  chosen: Scope[];
  onChange: (scopes: Scope[]) => void;
}

function Scopes({ mayAdminister, chosen, onChange }: ScopesProps) {
  const words = useAccountWords();
  const box = (scope: Scope, label: string, hint?: string) => (
    <CheckField
      label={label}
      hint={hint}
      checked={chosen.includes(scope)}
      onChange={(checked) => onChange(toggled(chosen, scope, checked))}
    />
  );
  return (
    <FieldGroup label={words.scopes}>
      {box("chat", words.scopeChat)}
      {box("models", words.scopeModels)}
      {box("usage", words.scopeUsage)}
      {mayAdminister && box("fine_tuning", words.scopeFineTuning)}
      {mayAdminister && box("admin", words.scopeAdmin, words.scopeAdminHint)}
    </FieldGroup>
  );
}

function Models({ chosen, onChange }: { chosen: string[]; onChange: (models: string[]) => void }) {
  const words = useAccountWords();
  const models = useModels();
  if (models.data === undefined || models.data.length === 0) return null;
  return (
    <FieldGroup label={words.models}>
      {models.data.map(({ name }) => (
        <CheckField
          key={name}
          label={name}
          checked={chosen.includes(name)}
          onChange={(checked) => onChange(toggled(chosen, name, checked))}
        />
      ))}
      <p style={{ fontSize: "0.8438rem", color: "var(--ink-soft)" }}>{words.modelsHint}</p>
    </FieldGroup>
  );
}

function toggled<T>(chosen: readonly T[], one: T, isChosen: boolean): T[] {
  return isChosen ? [...chosen, one] : chosen.filter((other) => other !== one);
}
