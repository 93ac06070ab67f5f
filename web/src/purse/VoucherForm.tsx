import { useState } from "react";
import { type PurseId, redeemVoucher } from "../api/purse";
import { newRequestKey } from "../api/requestKey";
import { useFormat } from "../i18n/format";
import { usePurseWords } from "../i18n/purse";
import { Form } from "../layout/Form";
import { Section } from "../layout/Page";
import { useSubmit } from "../layout/useSubmit";
import { TextField } from "../ui/Field";
import { Note } from "../ui/Note";
import { usePurseChanged } from "./queries";

export function VoucherForm({ purse }: { purse: PurseId }) {
  const words = usePurseWords();
  const format = useFormat();
  const changed = usePurseChanged(purse);
  const [code, setCode] = useState("");
  const [key, setKey] = useState(newRequestKey);
  const [worth, setWorth] = useState<string | null>(null);
  const redeem = useSubmit((given: string) => redeemVoucher(purse, given, key), {
    fields: ["code"],
    onDone: (money) => {
      setWorth(format.money(money));
      setCode("");
      setKey(newRequestKey());
      return changed();
    },
  });
  return (
    <Section title={words.voucher} lead={words.voucherLead}>
      <Form
        action={words.redeem}
        busy={redeem.busy}
        error={redeem.error}
        disabled={code.trim() === ""}
        onSubmit={() => redeem.submit(code.trim())}
      >
        <TextField
          label={words.voucherCode}
          error={redeem.errorAt("code")}
          value={code}
          onChange={(typed) => {
            setCode(typed);
            setKey(newRequestKey());
            setWorth(null);
          }}
          autoCapitalize="characters"
          spellCheck={false}
          maxLength={100}
          placeholder="XXXXX-XXXXX-XXXXX-XXXXX"
        />
        {worth !== null && <Note tone="calm">{words.redeemed(worth)}</Note>}
      </Form>
    </Section>
  );
}
