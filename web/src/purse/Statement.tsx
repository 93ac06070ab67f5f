import { ReceiptText } from "lucide-react";
import { type Booking, ledgerCsvPath, type PurseId } from "../api/purse";
import { useFormat } from "../i18n/format";
import { usePurseWords } from "../i18n/purse";
import type { PurseWords } from "../i18n/purse/en";
import { Empty, Named, Section } from "../layout/Page";
import { Paged } from "../layout/Paged";
import { type Column, DataTable } from "../ui/DataTable";
import { CsvLink } from "../usage/UsageReport";
import { bookingKind } from "./bookings";
import { useStatement } from "./queries";

/** What was booked on the wallet itself, newest first. What is set aside has its own account and isn't shown. */
export function Statement({ purse }: { purse: PurseId }) {
  const words = usePurseWords();
  const statement = useStatement(purse);
  return (
    <Section title={words.statement} actions={<CsvLink href={ledgerCsvPath(purse)} />}>
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

export function BookingTable({ label, bookings }: { label: string; bookings: readonly Booking[] }) {
  const words = usePurseWords();
  const format = useFormat();
  const columns: Column<Booking>[] = [
    {
      key: "what",
      header: words.what,
      cell: (booking) => <Named name={bookingName(booking, words)} note={booking.memo} />,
    },
    { key: "at", header: words.when, cell: (booking) => format.moment(booking.at) },
    {
      key: "amount",
      header: words.amount,
      align: "end",
      cell: (booking) => (
        <span title={format.exactMoney(booking.amount)}>{format.money(booking.amount)}</span>
      ),
    },
  ];
  return (
    <DataTable label={label} columns={columns} rows={bookings} rowKey={(booking) => String(booking.number)} />
  );
}

function bookingName(booking: Booking, words: PurseWords): string {
  return words.bookings[bookingKind(booking.entry_id)];
}
