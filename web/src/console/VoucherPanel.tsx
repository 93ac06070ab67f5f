import { useState } from "react";
import { useCurrency } from "../account/useCurrency";
import { newRequestKey } from "../api/requestKey";
import { type MadeVoucherBatch, makeBatch, type NewVoucherBatch } from "../api/vouchers";
import { useConsoleWords } from "../i18n/console";
import { parseMicros } from "../i18n/format";
import { usePagesWords } from "../i18n/pages";
import { Form } from "../layout/Form";
import { useSubmit } from "../layout/useSubmit";
import { useWords } from "../preferences/preferences";
import { Button } from "../ui/Button";
import { FieldRow, TextField } from "../ui/Field";
import { Panel } from "../ui/Panel";
import { parseCount } from "./planDraft";

interface VoucherPanelProps {
  onClose: () => void;
  onMade: (made: MadeVoucherBatch) => void;
}

const MOST_AT_ONCE = 1000;

export function VoucherPanel({ onClose, onMade }: VoucherPanelProps) {
  const app = useWords();
  const words = useConsoleWords();
  const pages = usePagesWords();
  const currency = useCurrency();
  const [count, setCount] = useState("1");
  const [value, setValue] = useState("");
  const [uses, setUses] = useState("1");
  const [expires, setExpires] = useState("");
  const [memo, setMemo] = useState("");
  const [wrong, setWrong] = useState<readonly string[]>([]);
  const [key, setKey] = useState(newRequestKey);
  const make = useSubmit((wanted: NewVoucherBatch) => makeBatch(wanted, key), {
    fields: ["value", "count", "uses", "expires_at", "memo"],
    onDone: onMade,
  });
  /** Other vouchers are another request; the same once more is the same one. */
  const changed = (set: (value: string) => void) => (written: string) => {
    set(written);
    setKey(newRequestKey());
  };

  const submit = () => {
    const micros = parseMicros(value);
    const howMany = parseCount(count);
    const usesOfEach = parseCount(uses);
    const problems = [
      !micros && "value",
      (!howMany || howMany > MOST_AT_ONCE) && "count",
      !usesOfEach && "uses",
    ].filter((problem) => typeof problem === "string");
    setWrong(problems);
    if (problems.length > 0 || !micros || !howMany || !usesOfEach) return;
    make.submit({
      count: howMany,
      value: { micros, currency },
      uses: usesOfEach,
      memo: memo.trim(),
      // To the end of that day where the owner is.
      expires_at: expires === "" ? null : new Date(`${expires}T23:59:59`).toISOString(),
    });
  };
  return (
    <Panel
      open
      onOpenChange={(open) => open || onClose()}
      title={words.newVouchers}
      lead={words.vouchersLead}
    >
      <Form
        action={pages.create}
        busy={make.busy}
        error={make.error}
        disabled={value.trim() === ""}
        onSubmit={submit}
        also={<Button onClick={onClose}>{app.cancel}</Button>}
      >
        <TextField
          label={words.value}
          hint={words.valueHint}
          before={currency}
          inputMode="decimal"
          placeholder="5.00"
          error={wrong.includes("value") ? pages.notAnAmount : make.errorAt("value")}
          value={value}
          onChange={changed(setValue)}
        />
        <FieldRow>
          <TextField
            label={words.howMany}
            inputMode="numeric"
            error={wrong.includes("count") ? words.atMost(String(MOST_AT_ONCE)) : make.errorAt("count")}
            value={count}
            onChange={changed(setCount)}
          />
          <TextField
            label={words.uses}
            inputMode="numeric"
            error={wrong.includes("uses") ? pages.notACount : make.errorAt("uses")}
            value={uses}
            onChange={changed(setUses)}
          />
        </FieldRow>
        <p style={{ marginTop: "-0.6rem", fontSize: "0.8438rem", color: "var(--ink-soft)" }}>
          {words.usesHint}
        </p>
        <TextField
          label={`${words.expires} (${pages.optional})`}
          type="date"
          error={make.errorAt("expires_at")}
          value={expires}
          onChange={changed(setExpires)}
        />
        <TextField
          label={`${words.memo} (${pages.optional})`}
          hint={words.memoHint}
          error={make.errorAt("memo")}
          value={memo}
          onChange={changed(setMemo)}
          maxLength={200}
        />
      </Form>
    </Panel>
  );
}
