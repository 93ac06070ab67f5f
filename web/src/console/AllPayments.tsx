import { useMutation } from "@tanstack/react-query";
import { CreditCard } from "lucide-react";
import { useState } from "react";
import { refund } from "../api/console";
import type { Payment } from "../api/purse";
import { newRequestKey } from "../api/requestKey";
import { Link } from "../app/Link";
import { consolePath } from "../app/router";
import { useConsoleWords } from "../i18n/console";
import { useFormat } from "../i18n/format";
import { usePurseWords } from "../i18n/purse";
import { Empty, Named, Section } from "../layout/Page";
import { Paged } from "../layout/Paged";
import { PaymentState } from "../purse/Payments";
import { useBalance } from "../purse/queries";
import { providerName } from "../purse/TopUp";
import { Button } from "../ui/Button";
import { ConfirmDialog } from "../ui/ConfirmDialog";
import { type Column, DataTable } from "../ui/DataTable";
import { Sentence } from "../ui/Sentence";
import { consoleKeys, useAllPayments, useRefresh } from "./queries";

/** Everybody's top-ups. */
export function AllPayments() {
  const words = useConsoleWords();
  const payments = useAllPayments();
  return (
    <Section title={words.payments}>
      <Paged query={payments} rowsOf={(page) => page.payments} empty={<NoPayments />}>
        {(rows) => <PaymentTable payments={rows} />}
      </Paged>
    </Section>
  );
}

/** Nobody has paid; or nobody can, which the owner may not know. */
function NoPayments() {
  const words = useConsoleWords();
  const own = useBalance(null);
  if (own.data?.providers.length !== 0) {
    return <Empty icon={CreditCard} title={words.noPayments} text={words.noPaymentsText} />;
  }
  return (
    <Empty icon={CreditCard} title={words.nowhereToPay} text={<Sentence text={words.nowhereToPayText} />} />
  );
}

function PaymentTable({ payments }: { payments: readonly Payment[] }) {
  const words = useConsoleWords();
  const purse = usePurseWords();
  const format = useFormat();
  const refresh = useRefresh();
  const [returned, setReturned] = useState<{ payment: Payment; key: string } | null>(null);
  const giveBack = useMutation({
    mutationFn: ({ payment, key }: { payment: Payment; key: string }) => refund(payment.id, key),
    onSettled: () => refresh(consoleKeys.payments),
  });
  const columns: Column<Payment>[] = [
    {
      key: "amount",
      header: purse.amount,
      cell: (payment) => (
        <Named
          name={<Link href={consolePath("balances", payment.holder_id)}>{format.money(payment.amount)}</Link>}
          note={
            payment.refunded.micros > 0
              ? purse.refunded(format.money(payment.refunded))
              : providerName(payment.provider)
          }
        />
      ),
    },
    {
      key: "at",
      header: purse.when,
      cell: (payment) => format.moment(payment.paid_at ?? payment.created_at),
    },
    { key: "state", header: purse.state, cell: (payment) => <PaymentState payment={payment} /> },
    {
      key: "refund",
      header: "",
      align: "end",
      cell: (payment) =>
        rest(payment) > 0 && (
          <Button
            size="small"
            look="quiet"
            disabled={giveBack.isPending}
            onClick={() => setReturned({ payment, key: newRequestKey() })}
          >
            {words.refund}
          </Button>
        ),
    },
  ];
  const left = returned && { micros: rest(returned.payment), currency: returned.payment.amount.currency };
  return (
    <>
      <DataTable label={words.payments} columns={columns} rows={payments} rowKey={({ id }) => id} />
      <ConfirmDialog
        open={returned !== null}
        onOpenChange={(open) => open || setReturned(null)}
        title={words.refundTitle}
        text={left ? words.refundText(format.money(left)) : ""}
        confirm={words.refund}
        onConfirm={() => returned && giveBack.mutate(returned)}
      />
    </>
  );
}

/** What of a payment can still be given back, in micros. */
function rest({ state, amount, refunded }: Payment): number {
  return state === "paid" ? amount.micros - refunded.micros : 0;
}
