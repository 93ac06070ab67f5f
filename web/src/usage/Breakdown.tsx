import type { ReactNode } from "react";
import type { UsageSum } from "../api/purse";
import { useFormat } from "../i18n/format";
import { usePagesWords } from "../i18n/pages";
import { type Column, DataTable } from "../ui/DataTable";
import styles from "./Breakdown.module.css";
import type { Measure } from "./series";

interface BreakdownProps {
  label: string;
  sums: readonly UsageSum[];
  nameOf: (sum: UsageSum) => ReactNode;
  measure: Measure;
  currency: string;
}

/** What used how much, with a bar for its share of the largest. */
export function Breakdown({ label, sums, nameOf, measure, currency }: BreakdownProps) {
  const words = usePagesWords();
  const format = useFormat();
  const sorted = [...sums].sort((one, other) => amount(other, measure) - amount(one, measure));
  const most = Math.max(1, ...sorted.map((sum) => amount(sum, measure)));
  const columns: Column<UsageSum>[] = [
    {
      key: "name",
      header: label,
      cell: (sum) => (
        <span className={styles.name}>
          <span>{nameOf(sum) || words.none}</span>
          <i aria-hidden style={{ width: `${(amount(sum, measure) / most) * 100}%` }} />
        </span>
      ),
    },
    {
      key: "cost",
      header: words.cost,
      align: "end",
      cell: (sum) => format.money({ micros: sum.cost.micros, currency }),
    },
    {
      key: "tokens",
      header: words.tokens,
      align: "end",
      cell: (sum) => format.count(sum.prompt_tokens + sum.completion_tokens),
    },
    { key: "prompts", header: words.prompts, align: "end", cell: (sum) => format.count(sum.turns) },
  ];
  return <DataTable label={label} columns={columns} rows={sorted} rowKey={(sum) => sum.group} />;
}

function amount(sum: UsageSum, measure: Measure): number {
  switch (measure) {
    case "cost":
      return sum.cost.micros;
    case "tokens":
      return sum.prompt_tokens + sum.completion_tokens;
    case "prompts":
      return sum.turns;
  }
}
