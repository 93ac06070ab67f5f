import { useState } from "react";
import { useCurrency } from "../account/useCurrency";
import { addPlan, changePlan, type Plan, type PlanTerms } from "../api/console";
import { useConsoleWords } from "../i18n/console";
import { usePagesWords } from "../i18n/pages";
import { Form } from "../layout/Form";
import { useSubmit } from "../layout/useSubmit";
import { useWords } from "../preferences/preferences";
import { Button } from "../ui/Button";
import { CheckField, FieldGroup, FieldRow, SelectField, TextField } from "../ui/Field";
import { Panel } from "../ui/Panel";
import { draftOf, Misspelt, PERIODS, type Period, type PlanDraft, termsOf } from "./planDraft";
import { consoleKeys, useRefresh } from "./queries";

interface PlanPanelProps {
  /** Null: a new one. */
  plan: Plan | null;
  onClose: () => void;
}

export function PlanPanel({ plan, onClose }: PlanPanelProps) {
  const app = useWords();
  const words = useConsoleWords();
  const pages = usePagesWords();
  const currency = useCurrency();
  const refresh = useRefresh();
  const [draft, setDraft] = useState(() => draftOf(plan?.terms ?? null));
  const [wrong, setWrong] = useState<readonly string[]>([]);
  const save = useSubmit(
    (terms: PlanTerms) => (plan === null ? addPlan(terms) : changePlan(plan.id, terms)),
    {
      fields: ["name", "price"],
      onDone: () => {
        onClose();
        return refresh(consoleKeys.plans);
      },
    },
  );
  const set = (change: Partial<PlanDraft>) => setDraft((before) => ({ ...before, ...change }));
  const submit = () => {
    try {
      setWrong([]);
      save.submit(termsOf(draft, currency));
    } catch (thrown) {
      if (!(thrown instanceof Misspelt)) throw thrown;
      setWrong(thrown.fields);
    }
  };
  return (
    <Panel
      open
      onOpenChange={(open) => open || onClose()}
      title={plan === null ? words.newPlan : words.changePlan(plan.terms.name)}
      lead={words.plansText}
    >
      <Form
        action={plan === null ? pages.create : app.save}
        busy={save.busy}
        error={save.error}
        disabled={draft.name.trim() === ""}
        onSubmit={submit}
        also={<Button onClick={onClose}>{app.cancel}</Button>}
      >
        <TextField
          label={words.planName}
          error={save.errorAt("name")}
          value={draft.name}
          onChange={(name) => set({ name })}
          maxLength={100}
        />
        <CheckField
          label={words.planDefault}
          hint={words.planDefaultHint}
          checked={draft.isDefault}
          onChange={(isDefault) => set({ isDefault })}
        />
        {!draft.isDefault && (
          <TextField
            label={words.planPrice}
            before={currency}
            inputMode="decimal"
            placeholder="0.00"
            error={wrong.includes("price") ? pages.notAnAmount : save.errorAt("price")}
            value={draft.price}
            onChange={(price) => set({ price })}
          />
        )}
        <p>{words.planWindowsHint}</p>
        {PERIODS.map((period) => (
          <WindowFields
            key={period}
            period={period}
            draft={draft}
            wrong={wrong}
            onChange={(window) => set({ windows: { ...draft.windows, [period]: window } })}
          />
        ))}
        <SelectField<PlanTerms["overflow"]>
          label={words.overflow}
          value={draft.overflow}
          options={[
            { value: "wallet", label: words.overflowWallet },
            { value: "refuse", label: words.overflowRefuse },
          ]}
          onChange={(overflow) => set({ overflow })}
        />
      </Form>
    </Panel>
  );
}

interface WindowFieldsProps {
  period: Period;
  draft: PlanDraft;
  wrong: readonly string[];
  onChange: (window: PlanDraft["windows"][Period]) => void;
}

function WindowFields({ period, draft, wrong, onChange }: WindowFieldsProps) {
  const words = useConsoleWords();
  const pages = usePagesWords();
  const window = draft.windows[period];
  const label = { day: words.eachDay, week: words.eachWeek, month: words.eachMonth }[period];
  const problem = (field: string, text: string) => (wrong.includes(`${period}.${field}`) ? text : null);
  return (
    <FieldGroup label={label}>
      <FieldRow>
        <TextField
          label={words.limitPrompts}
          inputMode="numeric"
          error={problem("prompts", pages.notACount)}
          value={window.prompts}
          onChange={(prompts) => onChange({ ...window, prompts })}
        />
        <TextField
          label={words.limitTokens}
          inputMode="numeric"
          error={problem("tokens", pages.notACount)}
          value={window.tokens}
          onChange={(tokens) => onChange({ ...window, tokens })}
        />
        <TextField
          label={words.limitWorth}
          inputMode="decimal"
          error={problem("worth", pages.notAnAmount)}
          value={window.worth}
          onChange={(worth) => onChange({ ...window, worth })}
        />
      </FieldRow>
    </FieldGroup>
  );
}
