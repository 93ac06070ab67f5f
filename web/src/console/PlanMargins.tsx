import type { PlanMargin, UnitEconomics } from "../api/console";
import { Grouped, type GroupedBar } from "../charts/Grouped";
import { useConsoleWords } from "../i18n/console";
import { useEconomicsWords } from "../i18n/economics";
import { useFormat } from "../i18n/format";
import { type Column, DataTable } from "../ui/DataTable";
import { Figure } from "./Figure";
import { shownOr, timeOf } from "./unitCosts";
import { useWorkColumns } from "./useWorkColumns";

/** What each plan brought beside what its turns cost the machine; its time alone, while nobody has said what that costs. */
export function PlanMargins({ economics: { machine_hour: hour, plans } }: { economics: UnitEconomics }) {
  const words = useEconomicsWords();
  const { withoutPlan } = useConsoleWords();
  const format = useFormat();
  const title = hour === null ? words.plansTimeTitle : words.plansTitle;
  const nameOf = (one: PlanMargin) => (one.plan_id === "" ? withoutPlan : one.name);
  const margin = (one: PlanMargin) => one.margin && words.leftIs(format.money(one.margin));
  const barsOf = useBars(hour?.currency ?? null);
  return (
    <Figure
      title={title}
      chart={
        <Grouped
          label={title}
          groups={plans.map((one) => ({
            key: keyOf(one),
            label: nameOf(one),
            sum: margin(one) ?? "",
            bars: barsOf(one),
          }))}
        />
      }
      table={<MarginTable label={title} plans={plans} nameOf={nameOf} hasCost={hour !== null} />}
    />
  );
}

const keyOf = ({ plan_id, income }: PlanMargin) => `${plan_id} ${income.currency}`;

/** Income and cost, as far as they are in one currency; the time, where there is none for its cost. */
function useBars(currency: string | null): (one: PlanMargin) => GroupedBar[] {
  const words = useEconomicsWords();
  const format = useFormat();
  const time = (one: PlanMargin): GroupedBar => ({
    key: "time",
    label: words.machineTime,
    layer: 3,
    value: timeOf(one.use),
    shown: shownOr(words.notMeasured, timeOf(one.use), format.duration),
  });
  const income = (one: PlanMargin): GroupedBar => ({
    key: "income",
    label: words.income,
    layer: 1,
    value: one.income.currency === currency ? one.income.micros : null,
    shown: format.money(one.income),
  });
  const cost = (one: PlanMargin): GroupedBar => ({
    key: "cost",
    label: words.machineCost,
    layer: 4,
    value: one.cost?.micros ?? null,
    shown: shownOr(words.notMeasured, one.cost, format.money),
  });
  return (one) => (currency === null ? [time(one)] : [income(one), cost(one)]);
}

interface MarginTableProps {
  label: string;
  plans: readonly PlanMargin[];
  nameOf: (one: PlanMargin) => string;
  hasCost: boolean;
}

function MarginTable({ label, plans, nameOf, hasCost }: MarginTableProps) {
  const words = useEconomicsWords();
  const format = useFormat();
  const work = useWorkColumns<PlanMargin>();
  const columns: Column<PlanMargin>[] = [
    { key: "plan", header: words.plan, cell: nameOf },
    ...work,
    { key: "income", header: words.income, align: "end", cell: ({ income }) => format.money(income) },
  ];
  const costs: Column<PlanMargin>[] = [
    {
      key: "cost",
      header: words.machineCost,
      align: "end",
      cell: ({ cost }) => shownOr(words.notMeasured, cost, format.money),
    },
    {
      key: "left",
      header: words.left,
      align: "end",
      cell: ({ margin }) => shownOr(words.notKnown, margin, format.money),
    },
  ];
  return (
    <DataTable
      label={label}
      columns={hasCost ? [...columns, ...costs] : columns}
      rows={plans}
      rowKey={keyOf}
    />
  );
}
