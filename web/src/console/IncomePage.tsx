import { useQuery } from "@tanstack/react-query";
import { TrendingUp } from "lucide-react";
import { useState } from "react";
import { useCurrency } from "../account/useCurrency";
import { fetchAllUsage, fetchIncome, type PlanIncome } from "../api/console";
import type { DayRange } from "../api/purse";
import { DailyChart, moneyScale } from "../charts/DailyChart";
import { Shares } from "../charts/Shares";
import { useConsoleWords } from "../i18n/console";
import { useFormat } from "../i18n/format";
import { usePagesWords } from "../i18n/pages";
import { Loaded } from "../layout/Loaded";
import { Card, Empty, Facts, Page, Section, Toolbar } from "../layout/Page";
import { type Column, DataTable } from "../ui/DataTable";
import { Segments } from "../ui/Segments";
import { lastDays, layersOf, type Span } from "../usage/series";
import { CsvLink } from "../usage/UsageReport";
import { Economics } from "./Economics";

export function IncomePage() {
  const words = useConsoleWords();
  const pages = usePagesWords();
  const [span, setSpan] = useState<Span>("30");
  const range = lastDays(span);
  const income = useQuery({
    queryKey: ["console", "income", range.first, range.last],
    queryFn: ({ signal }) => fetchIncome(range, signal),
    placeholderData: (previous) => previous,
  });
  return (
    <Page
      title={pages.income}
      lead={words.incomeLead}
      actions={<CsvLink href="/api/console/ledger.csv" label={words.wholeLedger} />}
    >
      <Toolbar>
        <Segments<Span>
          label={pages.range}
          value={span}
          onChange={setSpan}
          options={(["7", "30", "90"] as const).map((value) => ({ value, label: pages.lastDays(value) }))}
        />
      </Toolbar>
      <Loaded query={income}>
        {(plans) =>
          plans.length === 0 ? (
            <Empty icon={TrendingUp} title={words.noIncome} />
          ) : (
            <>
              <Sums plans={plans} />
              <Section title={words.byPlanTitle}>
                <PlanShares plans={plans} />
                <IncomeTable plans={plans} />
              </Section>
              <Economics range={range} />
              <ByDay range={range} />
            </>
          )
        }
      </Loaded>
    </Page>
  );
}

const sum = (plans: readonly PlanIncome[], of: (plan: PlanIncome) => number) =>
  plans.reduce((total, plan) => total + of(plan), 0);

function Sums({ plans }: { plans: readonly PlanIncome[] }) {
  const words = useConsoleWords();
  const format = useFormat();
  const currency = useCurrency();
  const money = (micros: number) => format.money({ micros, currency });
  const subscriptions = sum(plans, (plan) => plan.subscriptions.micros);
  const beyond = sum(plans, (plan) => plan.beyond_plan.micros);
  const covered = sum(plans, (plan) => plan.covered_by_plan.micros);
  return (
    <Facts
      facts={[
        { label: words.incomeTotal, value: money(subscriptions + beyond) },
        { label: words.subscriptions, value: money(subscriptions) },
        { label: words.beyond, value: money(beyond) },
        { label: words.covered, value: money(covered), note: words.coveredNote },
      ]}
    />
  );
}

/** What each plan brought, as bars: subscriptions and, beyond them, what wallets paid. */
function PlanShares({ plans }: { plans: readonly PlanIncome[] }) {
  const words = useConsoleWords();
  const format = useFormat();
  const currency = useCurrency();
  return (
    <Card>
      <Shares
        label={words.byPlanTitle}
        show={(micros) => format.money({ micros, currency })}
        parts={[words.subscriptions, words.beyond]}
        rows={plans.map((plan) => ({
          key: plan.plan_id,
          label: plan.plan_id === "" ? words.withoutPlan : plan.name,
          values: [plan.subscriptions.micros, plan.beyond_plan.micros],
        }))}
      />
    </Card>
  );
}

function IncomeTable({ plans }: { plans: readonly PlanIncome[] }) {
  const words = useConsoleWords();
  const pages = usePagesWords();
  const format = useFormat();
  const columns: Column<PlanIncome>[] = [
    {
      key: "plan",
      header: words.byPlan,
      cell: ({ plan_id, name }) => (plan_id === "" ? words.withoutPlan : name),
    },
    { key: "months", header: words.months, align: "end", cell: ({ months }) => format.count(months) },
    {
      key: "subscriptions",
      header: words.subscriptions,
      align: "end",
      cell: ({ subscriptions }) => format.money(subscriptions),
    },
    {
      key: "beyond",
      header: words.beyond,
      align: "end",
      cell: ({ beyond_plan }) => format.money(beyond_plan),
    },
    {
      key: "covered",
      header: words.covered,
      align: "end",
      cell: ({ covered_by_plan }) => format.money(covered_by_plan),
    },
    { key: "turns", header: pages.prompts, align: "end", cell: ({ turns }) => format.count(turns) },
  ];
  return (
    <DataTable label={words.byPlanTitle} columns={columns} rows={plans} rowKey={({ plan_id }) => plan_id} />
  );
}

function ByDay({ range }: { range: DayRange }) {
  const words = useConsoleWords();
  const pages = usePagesWords();
  const format = useFormat();
  const currency = useCurrency();
  const usage = useQuery({
    queryKey: ["usage", "everybody", range.first, range.last, "day"],
    queryFn: ({ signal }) => fetchAllUsage(range, "day", signal),
    placeholderData: (previous) => previous,
  });
  return (
    <Section title={words.byDayTitle}>
      <Card>
        <Loaded query={usage}>
          {(sums) => {
            const { days, series } = layersOf(sums, range, "cost", pages);
            return (
              <DailyChart
                kind="lines"
                label={words.byDayTitle}
                days={days}
                series={series}
                {...moneyScale(format, currency)}
              />
            );
          }}
        </Loaded>
      </Card>
    </Section>
  );
}
