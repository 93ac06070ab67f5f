/** What was used: the sums, a chart by day, and who or what used it. The same for a person, a team and everybody. */
import { useQuery } from "@tanstack/react-query";
import { ChartNoAxesColumn, Download } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { DayRange, UsageSum } from "../api/purse";
import { DailyChart, moneyScale } from "../charts/DailyChart";
import { useFormat } from "../i18n/format";
import { usePagesWords } from "../i18n/pages";
import { Loaded } from "../layout/Loaded";
import { Card, Empty, Facts, Section, Toolbar } from "../layout/Page";
import button from "../ui/Button.module.css";
import { Segments } from "../ui/Segments";
import { Breakdown } from "./Breakdown";
import { lastDays, layersOf, type Measure, type Span, totalOf } from "./series";

export interface UsageSource<By extends string> {
  /** What makes it different from other sources, for the cache. */
  key: readonly unknown[];
  fetch: (range: DayRange, by: By | "day", signal: AbortSignal) => Promise<UsageSum[]>;
  /** By what the usage can be divided, the most telling first. */
  dimensions: readonly { by: By; label: string; nameOf?: (sum: UsageSum) => ReactNode }[];
  currency: string;
}

export function UsageReport<By extends string>({ source }: { source: UsageSource<By> }) {
  const words = usePagesWords();
  const [span, setSpan] = useState<Span>("30");
  const [measure, setMeasure] = useState<Measure>("cost");
  const range = lastDays(span);
  const days = useUsage(source, range, "day");
  return (
    <>
      <Toolbar>
        <Segments<Span>
          label={words.range}
          value={span}
          onChange={setSpan}
          options={(["7", "30", "90"] as const).map((value) => ({ value, label: words.lastDays(value) }))}
        />
        <Segments<Measure>
          label={words.measure}
          value={measure}
          onChange={setMeasure}
          options={[
            { value: "cost", label: words.cost },
            { value: "tokens", label: words.tokens },
            { value: "prompts", label: words.prompts },
          ]}
        />
      </Toolbar>
      <Loaded query={days}>
        {(sums) =>
          sums.length === 0 ? (
            <Empty icon={ChartNoAxesColumn} title={words.noUsage} />
          ) : (
            <>
              <Sums sums={sums} currency={source.currency} />
              <Card>
                <Chart sums={sums} range={range} measure={measure} currency={source.currency} />
              </Card>
              <Divided source={source} range={range} measure={measure} />
            </>
          )
        }
      </Loaded>
    </>
  );
}

function useUsage<By extends string>(source: UsageSource<By>, range: DayRange, by: By | "day") {
  return useQuery({
    queryKey: ["usage", ...source.key, range.first, range.last, by],
    queryFn: ({ signal }) => source.fetch(range, by, signal),
    placeholderData: (previous) => previous,
  });
}

function Sums({ sums, currency }: { sums: UsageSum[]; currency: string }) {
  const words = usePagesWords();
  const format = useFormat();
  const total = totalOf(sums);
  const money = (micros: number) => format.money({ micros, currency });
  return (
    <Facts
      facts={[
        {
          label: words.cost,
          value: money(total.micros),
          note: `${words.byWallet}: ${money(total.byWallet)}`,
        },
        { label: words.prompts, value: format.count(total.turns) },
        {
          label: words.tokens,
          value: format.compact(total.tokens),
          ...(total.prompt > 0 && {
            note: `${words.tokensCached}: ${format.percent(total.cached / total.prompt)}`,
          }),
        },
      ]}
    />
  );
}

interface ChartProps {
  sums: UsageSum[];
  range: DayRange;
  measure: Measure;
  currency: string;
}

function Chart({ sums, range, measure, currency }: ChartProps) {
  const words = usePagesWords();
  const format = useFormat();
  const { days, series } = layersOf(sums, range, measure, words);
  const scale =
    measure === "cost" ? moneyScale(format, currency) : { show: format.count, tick: format.compact };
  return <DailyChart kind="bars" label={words[measure]} days={days} series={series} {...scale} />;
}

interface DividedProps<By extends string> {
  source: UsageSource<By>;
  range: DayRange;
  measure: Measure;
}

function Divided<By extends string>({ source, range, measure }: DividedProps<By>) {
  const words = usePagesWords();
  const [chosen, setChosen] = useState<By | undefined>(source.dimensions[0]?.by);
  const dimension = source.dimensions.find(({ by }) => by === chosen) ?? source.dimensions[0];
  if (dimension === undefined) return null;
  return (
    <Section
      title={words.dividedBy}
      actions={
        source.dimensions.length > 1 && (
          <Segments<By>
            label={words.dividedBy}
            value={dimension.by}
            onChange={setChosen}
            options={source.dimensions.map(({ by, label }) => ({ value: by, label }))}
          />
        )
      }
    >
      <Parts key={dimension.by} source={source} dimension={dimension} range={range} measure={measure} />
    </Section>
  );
}

function Parts<By extends string>({
  source,
  dimension,
  range,
  measure,
}: DividedProps<By> & { dimension: UsageSource<By>["dimensions"][number] }) {
  const sums = useUsage(source, range, dimension.by);
  return (
    <Loaded query={sums}>
      {(loaded) => (
        <Breakdown
          label={dimension.label}
          sums={loaded}
          nameOf={dimension.nameOf ?? ((sum) => sum.label)}
          measure={measure}
          currency={source.currency}
        />
      )}
    </Loaded>
  );
}

/** A file that the server makes. */
export function CsvLink({ href, label }: { href: string; label?: string }) {
  const words = usePagesWords();
  return (
    <a className={`${button.button} ${button.outline}`} href={href} download>
      <Download aria-hidden />
      {label ?? words.download}
    </a>
  );
}
