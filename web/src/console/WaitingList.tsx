import { useMutation } from "@tanstack/react-query";
import { DoorOpen } from "lucide-react";
import { admit, type Waiting } from "../api/availability";
import { Link } from "../app/Link";
import { consolePath } from "../app/router";
import { useAvailabilityWords, useCountryName } from "../i18n/availability";
import { useFormat } from "../i18n/format";
import { Empty, Named, Section } from "../layout/Page";
import { Paged } from "../layout/Paged";
import { Button } from "../ui/Button";
import { type Column, DataTable } from "../ui/DataTable";
import { consoleKeys, useRefresh, useWaitingList } from "./queries";

/** Who waits to be let in. Nothing where nobody does, unless some rule has people wait. */
export function WaitingList({ isExpected }: { isExpected: boolean }) {
  const words = useAvailabilityWords();
  const format = useFormat();
  const waiting = useWaitingList();
  const total = waiting.data?.pages.at(-1)?.total ?? 0;
  if (!isExpected && total === 0 && waiting.error === null) return null;
  return (
    <Section title={words.waitingList} lead={total > 0 ? words.waitingLead(format.count(total)) : undefined}>
      <Paged
        query={waiting}
        rowsOf={(page) => page.waiting}
        empty={<Empty icon={DoorOpen} title={words.nobodyWaits} text={words.nobodyWaitsText} />}
      >
        {(rows) => <WaitingTable waiting={rows} />}
      </Paged>
    </Section>
  );
}

function WaitingTable({ waiting }: { waiting: readonly Waiting[] }) {
  const words = useAvailabilityWords();
  const format = useFormat();
  const countryName = useCountryName();
  const refresh = useRefresh();
  const letIn = useMutation({
    mutationFn: admit,
    onSettled: () => refresh(consoleKeys.availability),
  });
  const nameOf = (one: Waiting) => one.name || words.removedOne;
  const columns: Column<Waiting>[] = [
    {
      key: "name",
      header: words.name,
      cell: (one) => <Named name={<Link href={consolePath("people", one.person_id)}>{nameOf(one)}</Link>} />,
    },
    { key: "place", header: words.place, align: "end", cell: ({ position }) => format.count(position) },
    { key: "from", header: words.askedFrom, cell: ({ country }) => countryName(country) },
    { key: "since", header: words.askedAt, cell: ({ asked_at }) => format.moment(asked_at) },
    {
      key: "admit",
      header: "",
      align: "end",
      cell: (one) => (
        <Button
          size="small"
          disabled={letIn.isPending && letIn.variables === one.person_id}
          aria-label={`${words.letIn}: ${nameOf(one)}`}
          onClick={() => letIn.mutate(one.person_id)}
        >
          {words.letIn}
        </Button>
      ),
    },
  ];
  return (
    <DataTable
      label={words.waitingList}
      columns={columns}
      rows={waiting}
      rowKey={({ person_id }) => person_id}
    />
  );
}
