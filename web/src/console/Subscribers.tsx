import type { SubscriptionLine } from "../api/console";
import { Link } from "../app/Link";
import { consolePath } from "../app/router";
import { useConsoleWords } from "../i18n/console";
import { useFormat } from "../i18n/format";
import { Named, Section } from "../layout/Page";
import { Paged } from "../layout/Paged";
import { type Column, DataTable } from "../ui/DataTable";
import { Tag } from "../ui/Tag";
import { usePlans, useSubscriptions } from "./queries";

/** Who has which plan, and had; nothing where nobody ever had one. */
export function Subscribers() {
  const words = useConsoleWords();
  const subscriptions = useSubscriptions();
  if (subscriptions.data?.pages[0]?.subscriptions.length === 0) return null;
  return (
    <Section title={words.subscribers}>
      <Paged query={subscriptions} rowsOf={(page) => page.subscriptions} empty={null}>
        {(rows) => <SubscriptionTable subscriptions={rows} />}
      </Paged>
    </Section>
  );
}

function SubscriptionTable({ subscriptions }: { subscriptions: readonly SubscriptionLine[] }) {
  const words = useConsoleWords();
  const format = useFormat();
  const plans = usePlans();
  const planName = (id: string) => plans.data?.find((plan) => plan.id === id)?.terms.name ?? id;
  const columns: Column<SubscriptionLine>[] = [
    {
      key: "whose",
      header: words.holder,
      cell: ({ payer_id, name }) => (
        <Named name={<Link href={consolePath("balances", payer_id)}>{name || payer_id}</Link>} />
      ),
    },
    { key: "plan", header: words.byPlan, cell: ({ plan_id }) => planName(plan_id) },
    { key: "since", header: words.since, cell: ({ valid_from }) => format.date(valid_from) },
    {
      key: "months",
      header: words.months,
      align: "end",
      cell: ({ months_paid }) => format.count(months_paid),
    },
    {
      key: "until",
      header: words.paidUntil,
      cell: (one) =>
        isOver(one) ? <Tag>{words.ended}</Tag> : format.date(one.valid_until ?? one.paid_until),
    },
  ];
  return (
    <DataTable
      label={words.subscribers}
      columns={columns}
      rows={subscriptions}
      rowKey={({ id }) => id}
      isPast={isOver}
    />
  );
}

function isOver({ valid_until }: SubscriptionLine): boolean {
  return valid_until !== null && Date.parse(valid_until) <= Date.now();
}
