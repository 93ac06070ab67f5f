import { useMutation } from "@tanstack/react-query";
import { ArrowLeft, Ticket } from "lucide-react";
import { useState } from "react";
import { revokeVoucher, type Voucher, type VoucherBatch } from "../api/vouchers";
import { consolePath } from "../app/router";
import { useConsoleWords } from "../i18n/console";
import { useFormat } from "../i18n/format";
import { usePagesWords } from "../i18n/pages";
import { Loaded } from "../layout/Loaded";
import { Empty, Facts, Page, Section, UpLink } from "../layout/Page";
import { Paged } from "../layout/Paged";
import { Button } from "../ui/Button";
import { ConfirmDialog } from "../ui/ConfirmDialog";
import { type Column, DataTable } from "../ui/DataTable";
import { consoleKeys, useRefresh, useVoucherBatch, useVouchersOf } from "./queries";
import { RevokeBatch } from "./VouchersPage";
import { VoucherTag } from "./VoucherTag";
import { stateOf, stateOfBatch } from "./voucherState";

/** Vouchers that were made together: how they stand, and each of them. */
export function VoucherBatchPage({ id }: { id: string }) {
  const pages = usePagesWords();
  const batch = useVoucherBatch(id);
  return (
    <>
      <UpLink href={consolePath("vouchers")} icon={<ArrowLeft aria-hidden />}>
        {pages.vouchers}
      </UpLink>
      <Loaded query={batch}>{(loaded) => <Batch batch={loaded} />}</Loaded>
    </>
  );
}

function Batch({ batch }: { batch: VoucherBatch }) {
  const words = useConsoleWords();
  const pages = usePagesWords();
  const format = useFormat();
  const vouchers = useVouchersOf(batch.id);
  const [ends, setEnds] = useState(false);
  const lead = [batch.memo, words.madeAt(format.date(batch.created_at))].filter(Boolean).join(" · ");
  return (
    <Page
      title={words.someVouchers(format.count(batch.count))}
      lead={lead}
      actions={
        stateOfBatch(batch) === "open" && (
          <Button look="danger" onClick={() => setEnds(true)}>
            {words.revokeBatch}
          </Button>
        )
      }
    >
      <Facts
        facts={[
          { label: words.value, value: format.money(batch.value), note: words.valueHint },
          {
            label: words.used,
            value: words.usedOf(format.count(batch.used), format.count(batch.uses * batch.count)),
          },
          {
            label: words.stillGood,
            value: format.count(stateOfBatch(batch) === "expired" ? 0 : batch.open),
            note: batch.expires_at === null ? words.neverExpires : words.until(format.date(batch.expires_at)),
          },
        ]}
      />
      <Section title={pages.vouchers}>
        <Paged
          query={vouchers}
          rowsOf={(page) => page.vouchers}
          empty={<Empty icon={Ticket} title={words.noVouchers} />}
        >
          {(rows) => <VoucherTable vouchers={rows} />}
        </Paged>
      </Section>
      {ends && <RevokeBatch batch={batch} onClose={() => setEnds(false)} />}
    </Page>
  );
}

function VoucherTable({ vouchers }: { vouchers: readonly Voucher[] }) {
  const words = useConsoleWords();
  const pages = usePagesWords();
  const format = useFormat();
  const refresh = useRefresh();
  const [ending, setEnding] = useState<Voucher | null>(null);
  const revoke = useMutation({
    mutationFn: revokeVoucher,
    onSettled: () => refresh(consoleKeys.vouchers),
  });
  const columns: Column<Voucher>[] = [
    { key: "voucher", header: words.voucher, cell: ({ ending: end }) => <code>…{end}</code> },
    {
      key: "used",
      header: words.used,
      align: "end",
      cell: ({ used, uses }) => words.usedOf(format.count(used), format.count(uses)),
    },
    { key: "state", header: words.status, cell: (voucher) => <VoucherTag state={stateOf(voucher)} /> },
    {
      key: "revoke",
      header: "",
      align: "end",
      cell: (voucher) =>
        stateOf(voucher) === "open" && (
          <Button
            size="small"
            look="quiet"
            aria-label={`${words.revoke}: …${voucher.ending}`}
            onClick={() => setEnding(voucher)}
          >
            {words.revoke}
          </Button>
        ),
    },
  ];
  return (
    <>
      <DataTable
        label={pages.vouchers}
        columns={columns}
        rows={vouchers}
        rowKey={({ id }) => id}
        isPast={(voucher) => stateOf(voucher) !== "open"}
      />
      <ConfirmDialog
        open={ending !== null}
        onOpenChange={(open) => open || setEnding(null)}
        title={words.revokeVoucherTitle}
        text={words.revokeVoucherText(`…${ending?.ending}`)}
        confirm={words.revoke}
        onConfirm={() => ending && revoke.mutate(ending.id)}
      />
    </>
  );
}
