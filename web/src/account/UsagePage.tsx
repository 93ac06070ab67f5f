import { fetchUsage, type UsageSum, usageCsvPath } from "../api/purse";
import { useAccountWords } from "../i18n/account";
import { usePagesWords } from "../i18n/pages";
import { doorName } from "../i18n/pages/names";
import { Page } from "../layout/Page";
import { CsvLink, UsageReport } from "../usage/UsageReport";
import { useCurrency } from "./useCurrency";

export function UsagePage() {
  const words = useAccountWords();
  const pages = usePagesWords();
  const currency = useCurrency();
  const keyName = ({ group, label }: UsageSum) => (group === "" ? pages.withoutKey : label);
  return (
    <Page title={pages.usage} lead={words.usageLead} actions={<CsvLink href={usageCsvPath(null)} />}>
      <UsageReport
        source={{
          key: ["own"],
          fetch: (range, by, signal) => fetchUsage(null, range, by, signal),
          currency,
          dimensions: [
            { by: "model", label: pages.byModel },
            { by: "key", label: pages.byKey, nameOf: keyName },
            { by: "door", label: pages.byDoor, nameOf: ({ group }) => doorName(pages, group) },
          ],
        }}
      />
    </Page>
  );
}
