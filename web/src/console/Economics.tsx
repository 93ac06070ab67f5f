/** What answers cost the machine, and what is left of what plans bring. */
import { useQuery } from "@tanstack/react-query";
import { fetchEconomics, type UnitEconomics } from "../api/console";
import type { DayRange } from "../api/purse";
import { useEconomicsWords } from "../i18n/economics";
import { useFormat } from "../i18n/format";
import { usePagesWords } from "../i18n/pages";
import { Loaded } from "../layout/Loaded";
import { Facts, Section } from "../layout/Page";
import { Note } from "../ui/Note";
import { Sentence } from "../ui/Sentence";
import { CsvLink } from "../usage/UsageReport";
import { PlanMargins } from "./PlanMargins";
import { ReleaseCosts } from "./ReleaseCosts";
import { totalsOf } from "./unitCosts";

export function Economics({ range }: { range: DayRange }) {
  const words = useEconomicsWords();
  const pages = usePagesWords();
  const economics = useQuery({
    queryKey: ["console", "economics", range.first, range.last],
    queryFn: ({ signal }) => fetchEconomics(range, signal),
    placeholderData: (previous) => previous,
  });
  const csv = `/api/console/economics.csv?first=${range.first}&last=${range.last}`;
  return (
    <Section title={words.title} lead={words.lead} actions={<CsvLink href={csv} label={pages.download} />}>
      <Loaded query={economics}>
        {(loaded) => (
          <>
            <Missing economics={loaded} />
            <Totals economics={loaded} />
            <PlanMargins economics={loaded} />
            <ReleaseCosts economics={loaded} />
          </>
        )}
      </Loaded>
    </Section>
  );
}

/** What has to be done, or can't be, for costs to be known. */
function Missing({ economics }: { economics: UnitEconomics }) {
  const words = useEconomicsWords();
  const { turns, measured } = totalsOf(economics);
  const why =
    turns > 0 && measured === 0
      ? words.nothingMeasured
      : economics.machine_hour === null
        ? words.noHour
        : null;
  if (why === null) return null;
  return (
    <Note tone="calm">
      <Sentence text={why} />
    </Note>
  );
}

function Totals({ economics }: { economics: UnitEconomics }) {
  const words = useEconomicsWords();
  const format = useFormat();
  const { machine_hour: hour } = economics;
  const totals = totalsOf(economics);
  if (totals.measured === 0) return null;
  const time = {
    label: words.machineTime,
    value: format.duration(totals.machineUs),
    ...(totals.measured < totals.turns && {
      note: words.measured(format.count(totals.measured), format.count(totals.turns)),
    }),
  };
  if (hour === null || totals.cost === null || totals.left === null) {
    return (
      <Facts facts={[time, { label: words.thousandTime, value: format.duration(totals.thousandUs ?? 0) }]} />
    );
  }
  const money = (micros: number) => format.money({ micros, currency: hour.currency });
  return (
    <Facts
      facts={[
        time,
        { label: words.machineCost, value: money(totals.cost), note: words.atHour(format.money(hour)) },
        { label: words.thousandCost, value: money(totals.thousandCost ?? 0) },
        {
          label: words.left,
          value: money(totals.left),
          ...(totals.income > 0 && { note: words.leftOf(format.percent(totals.left / totals.income)) }),
        },
      ]}
    />
  );
}
