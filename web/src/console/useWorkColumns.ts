import type { ReleaseCost } from "../api/console";
import { useEconomicsWords } from "../i18n/economics";
import { useFormat } from "../i18n/format";
import { usePagesWords } from "../i18n/pages";
import type { Column } from "../ui/DataTable";
import { shownOr, timeOf } from "./unitCosts";

/** How many prompts there were, and how long the machine worked for them. */
export function useWorkColumns<Row extends Pick<ReleaseCost, "use">>(): Column<Row>[] {
  const words = useEconomicsWords();
  const pages = usePagesWords();
  const format = useFormat();
  return [
    { key: "prompts", header: pages.prompts, align: "end", cell: ({ use }) => format.count(use.turns) },
    {
      key: "time",
      header: words.machineTime,
      align: "end",
      cell: ({ use }) => shownOr(words.notMeasured, timeOf(use), format.duration),
    },
  ];
}
