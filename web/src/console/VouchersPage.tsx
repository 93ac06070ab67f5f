import { useMutation } from "@tanstack/react-query";
import { Plus, Ticket } from "lucide-react";
import { useState } from "react";
import { revokeVoucher, type Voucher } from "../api/console";
import { useConsoleWords } from "../i18n/console";
import { useFormat } from "../i18n/format";
import { usePagesWords } from "../i18n/pages";
import { Empty, Named, Page } from "../layout/Page";
import { Paged } from "../layout/Paged";
import { Button } from "../ui/Button";
import { ConfirmDialog } from "../ui/ConfirmDialog";
import { type Column, DataTable } from "../ui/DataTable";
import { SecretDialog } from "../ui/SecretDialog";
import { Tag } from "../ui/Tag";
import { consoleKeys, useRefresh, useVouchers } from "./queries";
import { VoucherPanel } from "./VoucherPanel";

export function VouchersPage() {
  const words = useConsoleWords();
  const pages = usePagesWords();
  const vouchers = useVouchers();
  const refresh = useRefresh();
  const [makes, setMakes] = useState(false);
  const [codes, setCodes] = useState<string[]>([]);
  const create = (
    <Button look="solid" onClick={() => setMakes(true)}>
      <Plus aria-hidden />
      {words.newVouchers}
    </Button>
  );
  const hasSome = (vouchers.data?.pages[0]?.vouchers.length ?? 0) > 0;
  return (
    <Page title={pages.vouchers} lead={words.vouchersLead} actions={hasSome && create}>
      <Paged
        query={vouchers}
        rowsOf={(page) => page.vouchers}
        empty={
          <Empty icon={Ticket} title={words.noVouchers} text={words.noVouchersText}>
            {create}
          </Empty>
        }
      >
        {(rows) => <VoucherTable vouchers={rows} />}
      </Paged>
      {makes && (
        <VoucherPanel
          onClose={() => setMakes(false)}
          onMade={(made) => {
            setMakes(false);
            setCodes(made);
            void refresh(consoleKeys.vouchers);
          }}
        />
      )}
      <SecretDialog
        title={words.vouchersMade}
        secret={codes.length === 0 ? null : codes.join("\n")}
        fileName="vouchers.txt"
        onClose={() => setCodes([])}
      />
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
    {
      key: "voucher",
      header: words.voucher,
      cell: (voucher) => <Named name={<code>…{voucher.ending}</code>} note={voucher.memo} />,
    },
    { key: "value", header: words.value, align: "end", cell: ({ value }) => format.money(value) },
    {
      key: "used",
      header: words.used,
      align: "end",
      cell: ({ used, uses }) => words.usedOf(format.count(used), format.count(uses)),
    },
    { key: "state", header: words.status, cell: (voucher) => <VoucherState voucher={voucher} /> },
    {
      key: "expires",
      header: words.expires,
      cell: ({ expires_at }) => (expires_at === null ? pages.none : format.date(expires_at)),
    },
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

function stateOf({ used, uses, revoked_at, expires_at }: Voucher): "open" | "spent" | "revoked" | "expired" {
  if (revoked_at !== null) return "revoked";
  if (used >= uses) return "spent";
  return expires_at !== null && Date.parse(expires_at) <= Date.now() ? "expired" : "open";
}

function VoucherState({ voucher }: { voucher: Voucher }) {
  const words = useConsoleWords();
  switch (stateOf(voucher)) {
    case "open":
      return <Tag tone="moss">{words.voucherOpen}</Tag>;
    case "spent":
      return <Tag>{words.voucherSpent}</Tag>;
    case "revoked":
      return <Tag tone="madder">{words.invitationRevoked}</Tag>;
    case "expired":
      return <Tag>{words.voucherExpired}</Tag>;
  }
}
