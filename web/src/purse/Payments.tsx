import { FileText } from "lucide-react";
import { invoicePath, type Payment, type PurseId } from "../api/purse";
import { useFormat } from "../i18n/format";
import { usePurseWords } from "../i18n/purse";
import { Named, Section } from "../layout/Page";
import { Paged } from "../layout/Paged";
import button from "../ui/Button.module.css";
import { type Column, DataTable } from "../ui/DataTable";
import { Tag } from "../ui/Tag";
import { usePayments } from "./queries";
import { providerName } from "./TopUp";

/** Top-ups with their invoices; nothing where there never was one. */
export function Payments({ purse }: { purse: PurseId }) {
  const words = usePurseWords();
  const payments = usePayments(purse);
  if (payments.data?.pages[0]?.payments.length === 0) return null;
  return (
    <Section title={words.payments}>
      <Paged query={payments} rowsOf={(page) => page.payments} empty={null}>
        {(rows) => <PaymentTable purse={purse} payments={rows} />}
      </Paged>
    </Section>
  );
}

function PaymentTable({ purse, payments }: { purse: PurseId; payments: Payment[] }) {
  const words = usePurseWords();
  const format = useFormat();
  const columns: Column<Payment>[] = [
    {
      key: "amount",
      header: words.amount,
      cell: (payment) => (
        <Named
          name={format.money(payment.amount)}
          note={
            payment.refunded.micros > 0
              ? words.refunded(format.money(payment.refunded))
              : providerName(payment.provider)
          }
        />
      ),
    },
    {
      key: "at",
      header: words.when,
      cell: (payment) => format.moment(payment.paid_at ?? payment.created_at),
    },
    { key: "state", header: words.state, cell: (payment) => <PaymentState payment={payment} /> },
    {
      key: "invoice",
      header: "",
      align: "end",
      cell: (payment) =>
        payment.invoice_number !== null && (
          <a
            className={`${button.button} ${button.quiet} ${button.small}`}
            href={invoicePath(purse, payment.id)}
            download
          >
            <FileText aria-hidden />
            {words.invoice(String(payment.invoice_number))}
          </a>
        ),
    },
  ];
  return (
    <DataTable label={words.payments} columns={columns} rows={payments} rowKey={(payment) => payment.id} />
  );
}

export function PaymentState({ payment }: { payment: Payment }) {
  const words = usePurseWords();
  switch (payment.state) {
    case "open":
      return <Tag tone="weld">{words.paymentOpen}</Tag>;
    case "paid":
      return <Tag tone="moss">{words.paymentPaid}</Tag>;
    case "failed":
      return <Tag tone="madder">{words.paymentFailed}</Tag>;
  }
}
