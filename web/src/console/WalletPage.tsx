import { useQuery } from "@tanstack/react-query";
import { ArrowLeft, ReceiptText } from "lucide-react";
import { useState } from "react";
import { adjust, endPlan, fetchPerson, givePlan } from "../api/console";
import { ApiProblem } from "../api/problem";
import type { Balance } from "../api/purse";
import { newRequestKey } from "../api/requestKey";
import { fetchTeam } from "../api/teams";
import { consolePath } from "../app/router";
import { useConsoleWords } from "../i18n/console";
import { parseMicros } from "../i18n/format";
import { usePagesWords } from "../i18n/pages";
import { usePurseWords } from "../i18n/purse";
import { Form } from "../layout/Form";
import { Loaded } from "../layout/Loaded";
import { Empty, Fields, Page, Section, UpLink } from "../layout/Page";
import { Paged } from "../layout/Paged";
import { useSubmit } from "../layout/useSubmit";
import { PlanUse } from "../purse/PlanUse";
import { Amounts } from "../purse/Purse";
import { BookingTable } from "../purse/Statement";
import { FieldRow, SelectField, TextField } from "../ui/Field";
import { consoleKeys, usePlans, useRefresh, useWallet, useWalletStatement } from "./queries";

export function WalletPage({ holderId }: { holderId: string }) {
  const words = useConsoleWords();
  const wallet = useWallet(holderId);
  const name = useHolderName(holderId);
  return (
    <>
      <UpLink href={consolePath("balances")} icon={<ArrowLeft aria-hidden />}>
        {words.allBalances}
      </UpLink>
      <Page title={words.walletOf(name)}>
        <Loaded query={wallet}>
          {(balance) => (
            <>
              <Amounts balance={balance} />
              {balance.plan !== null && <PlanUse plan={balance.plan} subscription={balance.subscription} />}
              <GivePlan balance={balance} />
              <Adjust balance={balance} />
              <HolderStatement holderId={holderId} />
            </>
          )}
        </Loaded>
      </Page>
    </>
  );
}

/** A person's or a team's; the id until it is known. */
function useHolderName(id: string): string {
  const name = useQuery({
    queryKey: ["console", "holder", id],
    queryFn: async ({ signal }) => {
      try {
        return (await fetchPerson(id, signal)).name;
      } catch (thrown) {
        if (thrown instanceof ApiProblem && thrown.isGone) return (await fetchTeam(id, signal)).name;
        throw thrown;
      }
    },
  });
  return name.data ?? id;
}

function GivePlan({ balance }: { balance: Balance }) {
  const words = useConsoleWords();
  const plans = usePlans();
  const refresh = useRefresh();
  const change = useSubmit(
    (id: string) => (id === "" ? endPlan(balance.holder_id) : givePlan(balance.holder_id, id)),
    { onDone: () => refresh(consoleKeys.wallet(balance.holder_id)) },
  );
  const offered =
    plans.data?.filter(({ terms, retired_at }) => !terms.is_default && retired_at === null) ?? [];
  if (offered.length === 0) return null;
  const current = balance.subscription?.plan_id ?? "";
  const isKnown = current === "" || offered.some(({ id }) => id === current);
  return (
    <Section title={words.givePlan} lead={words.givePlanLead}>
      <Fields>
        <SelectField
          label={words.givePlan}
          error={change.error}
          value={current}
          disabled={change.busy}
          options={[
            { value: "", label: words.noPlan },
            ...offered.map(({ id, terms }) => ({ value: id, label: terms.name })),
            ...(isKnown ? [] : [{ value: current, label: balance.plan?.name ?? current }]),
          ]}
          onChange={change.submit}
        />
      </Fields>
    </Section>
  );
}

function Adjust({ balance }: { balance: Balance }) {
  const words = useConsoleWords();
  const pages = usePagesWords();
  const refresh = useRefresh();
  const { currency } = balance.available;
  const [typed, setTyped] = useState("");
  const [memo, setMemo] = useState("");
  const [reference, setReference] = useState("");
  const [key, setKey] = useState(newRequestKey);
  const [problem, setProblem] = useState<string | null>(null);
  const book = useSubmit(
    (micros: number) =>
      adjust(
        balance.holder_id,
        { amount: { micros, currency }, memo: memo.trim(), reference: reference.trim() },
        key,
      ),
    {
      fields: ["amount", "memo", "reference"],
      onDone: () => {
        setTyped("");
        setMemo("");
        setReference("");
        setKey(newRequestKey());
        return refresh(consoleKeys.wallet(balance.holder_id));
      },
    },
  );
  const submit = () => {
    const micros = parseMicros(typed, { negative: true });
    setProblem(micros === null || micros === 0 ? pages.notAnAmount : null);
    if (micros) book.submit(micros);
  };
  const change = (set: (value: string) => void) => (value: string) => {
    set(value);
    // Another amount is another wish; the same one, sent again, is booked once.
    setKey(newRequestKey());
  };
  return (
    <Section title={words.adjust} lead={words.adjustLead}>
      <Form
        action={words.book}
        busy={book.busy}
        done={book.done && typed === ""}
        error={book.error}
        disabled={typed.trim() === "" || memo.trim() === ""}
        onSubmit={submit}
      >
        <FieldRow>
          <TextField
            label={words.adjustAmount}
            before={currency}
            inputMode="text"
            placeholder="10.00"
            error={problem ?? book.errorAt("amount")}
            value={typed}
            onChange={change(setTyped)}
          />
          <TextField
            label={`${words.adjustReference} (${pages.optional})`}
            error={book.errorAt("reference")}
            value={reference}
            onChange={change(setReference)}
            maxLength={60}
          />
        </FieldRow>
        <p style={{ marginTop: "-0.6rem", fontSize: "0.8438rem", color: "var(--ink-soft)" }}>
          {words.adjustReferenceHint}
        </p>
        <TextField
          label={words.adjustMemo}
          hint={words.adjustMemoHint}
          error={book.errorAt("memo")}
          value={memo}
          onChange={change(setMemo)}
          maxLength={200}
        />
      </Form>
    </Section>
  );
}

function HolderStatement({ holderId }: { holderId: string }) {
  const words = usePurseWords();
  const statement = useWalletStatement(holderId);
  return (
    <Section title={words.statement}>
      <Paged
        query={statement}
        rowsOf={(page) => page.bookings.filter(({ account }) => account.startsWith("wallet:"))}
        empty={<Empty icon={ReceiptText} title={words.nothingBooked} />}
      >
        {(rows) => <BookingTable label={words.statement} bookings={rows} />}
      </Paged>
    </Section>
  );
}
