import { useState } from "react";
import { useCurrency } from "../account/useCurrency";
import { setPrice, type Tariff } from "../api/console";
import { useModels } from "../conversation/queries";
import { useConsoleWords } from "../i18n/console";
import { parseMicros } from "../i18n/format";
import { usePagesWords } from "../i18n/pages";
import { Form } from "../layout/Form";
import { useSubmit } from "../layout/useSubmit";
import { useWords } from "../preferences/preferences";
import { Button } from "../ui/Button";
import { FieldGroup, FieldRow, SelectField, TextField } from "../ui/Field";
import { Panel } from "../ui/Panel";
import { consoleKeys, useRefresh } from "./queries";

type Rate = keyof Tariff;

const RATES: readonly Rate[] = [
  "input_micros",
  "cached_input_micros",
  "output_micros",
  "prompt_micros",
  "request_micros",
];

export function PricePanel({ onClose }: { onClose: () => void }) {
  const app = useWords();
  const words = useConsoleWords();
  const pages = usePagesWords();
  const currency = useCurrency();
  const models = useModels();
  const refresh = useRefresh();
  const [model, setModel] = useState("*");
  const [door, setDoor] = useState("*");
  const [typed, setTyped] = useState<Partial<Record<Rate, string>>>({});
  const [wrong, setWrong] = useState<readonly Rate[]>([]);
  const set = useSubmit(setPrice, {
    fields: ["model", "door", ...RATES],
    onDone: () => {
      onClose();
      return refresh(consoleKeys.prices);
    },
  });

  const submit = () => {
    const micros = RATES.map((rate) => [rate, amountOf(typed[rate])] as const);
    const notAmounts = micros.filter(([, amount]) => amount === null).map(([rate]) => rate);
    setWrong(notAmounts);
    if (notAmounts.length === 0)
      set.submit({ model, door, tariff: Object.fromEntries(micros) as unknown as Tariff });
  };
  const rate = (name: Rate, label: string) => (
    <TextField
      label={label}
      before={currency}
      inputMode="decimal"
      placeholder="0.00"
      error={wrong.includes(name) ? pages.notAnAmount : set.errorAt(name)}
      value={typed[name] ?? ""}
      onChange={(value) => setTyped({ ...typed, [name]: value })}
    />
  );
  return (
    <Panel open onOpenChange={(open) => open || onClose()} title={words.newPrice} lead={words.pricesLead}>
      <Form
        action={app.save}
        busy={set.busy}
        error={set.error}
        disabled={Object.values(typed).every((value) => value.trim() === "")}
        onSubmit={submit}
        also={<Button onClick={onClose}>{app.cancel}</Button>}
      >
        <SelectField
          label={words.model}
          error={set.errorAt("model")}
          value={model}
          options={[
            { value: "*", label: words.anyModel },
            ...(models.data ?? []).map(({ name }) => ({ value: name, label: name })),
          ]}
          onChange={setModel}
        />
        <SelectField
          label={words.door}
          error={set.errorAt("door")}
          value={door}
          options={[
            { value: "*", label: words.anyDoor },
            { value: "web", label: pages.doorWeb },
            { value: "api", label: pages.doorApi },
          ]}
          onChange={setDoor}
        />
        <FieldGroup label={words.priceHint}>
          {rate("input_micros", words.input)}
          {rate("cached_input_micros", words.cachedInput)}
          {rate("output_micros", words.output)}
        </FieldGroup>
        <FieldRow>
          {rate("prompt_micros", words.perPrompt)}
          {rate("request_micros", words.perRequest)}
        </FieldRow>
      </Form>
    </Panel>
  );
}

/** What is left out costs nothing; null: it is no amount. */
function amountOf(typed: string | undefined): number | null {
  return typed === undefined || typed.trim() === "" ? 0 : parseMicros(typed);
}
