import type { ReleaseCost, UnitEconomics } from "../api/console";
import { Grouped } from "../charts/Grouped";
import { useEconomicsWords } from "../i18n/economics";
import { useFormat } from "../i18n/format";
import { usePagesWords } from "../i18n/pages";
import { doorName } from "../i18n/pages/names";
import { type Column, DataTable } from "../ui/DataTable";
import { Figure } from "./Figure";
import { byModel, doorLayer, shownOr, thousandUs } from "./unitCosts";
import { useWorkColumns } from "./useWorkColumns";

/** What a thousand prompts cost by model and door; how long they take, while nobody has said what an hour costs. */
export function ReleaseCosts({ economics: { machine_hour: hour, releases } }: { economics: UnitEconomics }) {
  const words = useEconomicsWords();
  const pages = usePagesWords();
  const format = useFormat();
  const title = hour === null ? words.releasesTimeTitle : words.releasesTitle;
  const amountOf = (one: ReleaseCost) =>
    hour === null ? thousandUs(one.use) : (one.per_thousand?.micros ?? null);
  const amount = (value: number) =>
    hour === null ? format.duration(value) : format.money({ micros: value, currency: hour.currency });
  if (releases.length === 0) return null;
  return (
    <Figure
      title={title}
      chart={
        <Grouped
          label={title}
          groups={byModel(releases).map(({ model, doors }) => ({
            key: model,
            label: model,
            bars: doors.map((one) => ({
              key: one.door,
              label: doorName(pages, one.door),
              layer: doorLayer(one.door),
              value: amountOf(one),
              shown: shownOr(words.notMeasured, amountOf(one), amount),
            })),
          }))}
        />
      }
      table={<CostTable label={title} releases={releases} hasCost={hour !== null} />}
    />
  );
}

interface CostTableProps {
  label: string;
  releases: readonly ReleaseCost[];
  hasCost: boolean;
}

function CostTable({ label, releases, hasCost }: CostTableProps) {
  const words = useEconomicsWords();
  const pages = usePagesWords();
  const format = useFormat();
  const work = useWorkColumns<ReleaseCost>();
  const columns: Column<ReleaseCost>[] = [
    { key: "model", header: words.model, cell: ({ model }) => model },
    { key: "door", header: pages.byDoor, cell: ({ door }) => doorName(pages, door) },
    ...work,
  ];
  const times: Column<ReleaseCost>[] = [
    {
      key: "thousand",
      header: words.thousandTime,
      align: "end",
      cell: ({ use }) => shownOr(words.notMeasured, thousandUs(use), format.duration),
    },
  ];
  const costs: Column<ReleaseCost>[] = [
    {
      key: "cost",
      header: words.machineCost,
      align: "end",
      cell: ({ cost }) => shownOr(words.notMeasured, cost, format.money),
    },
    {
      key: "thousand",
      header: words.thousandCost,
      align: "end",
      cell: ({ per_thousand }) => shownOr(words.notMeasured, per_thousand, format.money),
    },
  ];
  return (
    <DataTable
      label={label}
      columns={[...columns, ...(hasCost ? costs : times)]}
      rows={releases}
      rowKey={({ model, door }) => `${model} ${door}`}
    />
  );
}
