import { useState } from "react";
import { type PurseId, topUp } from "../api/purse";
import { newRequestKey } from "../api/requestKey";
import { parseMicros } from "../i18n/format";
import { usePagesWords } from "../i18n/pages";
import { usePurseWords } from "../i18n/purse";
import { Form } from "../layout/Form";
import { Section } from "../layout/Page";
import { useSubmit } from "../layout/useSubmit";
import { AreaField, FieldRow, SelectField, TextField } from "../ui/Field";

interface TopUpProps {
  purse: PurseId;
  providers: readonly string[];
  currency: string;
}

/** Leads to the provider's own page: no card's number is ever typed here. */
export function TopUp({ purse, providers, currency }: TopUpProps) {
  const words = usePurseWords();
  const pages = usePagesWords();
  const [typed, setTyped] = useState("");
  const [provider, setProvider] = useState(providers[0] ?? "");
  const [billedTo, setBilledTo] = useState("");
  const [key, setKey] = useState(newRequestKey);
  const [problem, setProblem] = useState<string | null>(null);
  const begin = useSubmit((wanted: Parameters<typeof topUp>[1]) => topUp(purse, wanted, key), {
    fields: ["amount", "billed_to"],
    onDone: ({ url }) => location.assign(url),
  });
  const submit = () => {
    const micros = parseMicros(typed);
    setProblem(micros === null || micros === 0 ? pages.notAnAmount : null);
    if (micros) begin.submit({ amount: { micros, currency }, provider, billed_to: billedTo.trim() });
  };
  const change = (set: (value: string) => void) => (value: string) => {
    set(value);
    setKey(newRequestKey());
  };
  return (
    <Section title={words.topUp} lead={words.topUpLead}>
      <Form
        action={words.pay}
        busy={begin.busy || begin.done}
        error={begin.error}
        disabled={typed.trim() === ""}
        onSubmit={submit}
      >
        <FieldRow>
          <TextField
            label={words.amount}
            before={currency}
            inputMode="decimal"
            error={problem ?? begin.errorAt("amount")}
            value={typed}
            onChange={change(setTyped)}
            placeholder="20.00"
          />
          {providers.length > 1 && (
            <SelectField
              label={words.provider}
              value={provider}
              options={providers.map((name) => ({ value: name, label: providerName(name) }))}
              onChange={change(setProvider)}
            />
          )}
        </FieldRow>
        <AreaField
          label={`${words.billedTo} (${pages.optional})`}
          hint={words.billedToHint}
          error={begin.errorAt("billed_to")}
          value={billedTo}
          onChange={change(setBilledTo)}
          maxLength={500}
        />
      </Form>
    </Section>
  );
}

export function providerName(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
