import { useMutation } from "@tanstack/react-query";
import { Plus, Ticket } from "lucide-react";
import { useState } from "react";
import { type MadeVoucherBatch, revokeBatch, type VoucherBatch } from "../api/vouchers";
import { Link } from "../app/Link";
import { consolePath } from "../app/router";
import { useConsoleWords } from "../i18n/console";
import { useFormat } from "../i18n/format";
import { usePagesWords } from "../i18n/pages";
import { Empty, Named, Page } from "../layout/Page";
import { Paged } from "../layout/Paged";
import { Button } from "../ui/Button";
import { ConfirmDialog } from "../ui/ConfirmDialog";
import { type Column, DataTable } from "../ui/DataTable";
import { SecretDialog } from "../ui/SecretDialog";
import { consoleKeys, useRefresh, useVoucherBatches } from "./queries";
import { VoucherPanel } from "./VoucherPanel";
import { VoucherTag } from "./VoucherTag";
import { voucherCsv } from "./voucherCsv";
import { stateOfBatch } from "./voucherState";

/** Vouchers as they were made: one line for those that were made together. */
export function VouchersPage() {
  const words = useConsoleWords();
  const pages = usePagesWords();
  const batches = useVoucherBatches();
  const refresh = useRefresh();
  const [makes, setMakes] = useState(false);
  const [made, setMade] = useState<MadeVoucherBatch | null>(null);
  const create = (
    <Button look="solid" onClick={() => setMakes(true)}>
      <Plus aria-hidden />
      {words.newVouchers}
    </Button>
  );
  const hasSome = (batches.data?.pages[0]?.batches.length ?? 0) > 0;
  return (
    <Page title={pages.vouchers} lead={words.vouchersLead} actions={hasSome && create}>
      <Paged
        query={batches}
        rowsOf={(page) => page.batches}
        empty={
          <Empty icon={Ticket} title={words.noVouchers} text={words.noVouchersText}>
            {create}
          </Empty>
        }
      >
        {(rows) => <BatchTable batches={rows} />}
      </Paged>
      {makes && (
        <VoucherPanel
          onClose={() => setMakes(false)}
          onMade={(batch) => {
            setMakes(false);
            setMade(batch);
            void refresh(consoleKeys.vouchers);
          }}
        />
      )}
      <SecretDialog
        title={words.vouchersMade}
        secret={made?.codes.join("\n") ?? null}
        {...(made && { file: { name: "vouchers.csv", text: voucherCsv(made) } })}
        onClose={() => setMade(null)}
      />
    </Page>
  );
}

function BatchTable({ batches }: { batches: readonly VoucherBatch[] }) {
  const words = useConsoleWords();
  const pages = usePagesWords();
  const format = useFormat();
  const [ending, setEnding] = useState<VoucherBatch | null>(null);
  const columns: Column<VoucherBatch>[] = [
    { key: "voucher", header: words.voucher, cell: (batch) => <BatchName batch={batch} /> },
    { key: "value", header: words.value, align: "end", cell: ({ value }) => format.money(value) },
    {
      key: "used",
      header: words.used,
      align: "end",
      cell: ({ used, uses, count }) => words.usedOf(format.count(used), format.count(uses * count)),
    },
    {
      key: "state",
      header: words.status,
      cell: (batch) => (
        <VoucherTag
          state={stateOfBatch(batch)}
          {...(batch.count > 1 && { open: words.someGood(format.count(batch.open)) })}
        />
      ),
    },
    { key: "made", header: words.madeOn, cell: ({ created_at }) => format.date(created_at) },
    {
      key: "expires",
      header: words.expires,
      cell: ({ expires_at }) => (expires_at === null ? pages.none : format.date(expires_at)),
    },
    {
      key: "revoke",
      header: "",
      align: "end",
      cell: (batch) =>
        stateOfBatch(batch) === "open" && (
          <Button
            size="small"
            look="quiet"
            aria-label={`${words.revoke}: …${batch.ending}`}
            onClick={() => setEnding(batch)}
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
        rows={batches}
        rowKey={({ id }) => id}
        isPast={(batch) => stateOfBatch(batch) !== "open"}
      />
      {ending !== null && <RevokeBatch batch={ending} onClose={() => setEnding(null)} />}
    </>
  );
}

function BatchName({ batch: { id, count, ending, memo } }: { batch: VoucherBatch }) {
  const words = useConsoleWords();
  const format = useFormat();
  const name =
    count === 1 ? (
      <code>…{ending}</code>
    ) : (
      <Link href={consolePath("vouchers", id)}>{words.someVouchers(format.count(count))}</Link>
    );
  return <Named name={name} note={memo} />;
}

export function RevokeBatch({ batch, onClose }: { batch: VoucherBatch; onClose: () => void }) {
  const words = useConsoleWords();
  const format = useFormat();
  const refresh = useRefresh();
  const revoke = useMutation({
    mutationFn: revokeBatch,
    onSettled: () => refresh(consoleKeys.vouchers),
  });
  const isAlone = batch.count === 1;
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => open || onClose()}
      title={isAlone ? words.revokeVoucherTitle : words.revokeBatchTitle}
      text={
        isAlone
          ? words.revokeVoucherText(`…${batch.ending}`)
          : words.revokeBatchText(format.count(batch.open), format.count(batch.count))
      }
      confirm={words.revoke}
      onConfirm={() => revoke.mutate(batch.id)}
    />
  );
}
