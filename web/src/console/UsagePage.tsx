import { useCurrency } from "../account/useCurrency";
import { fetchAllUsage } from "../api/console";
import { Link } from "../app/Link";
import { consolePath } from "../app/router";
import { useConsoleWords } from "../i18n/console";
import { usePagesWords } from "../i18n/pages";
import { doorName } from "../i18n/pages/names";
import { Page } from "../layout/Page";
import { CsvLink, UsageReport } from "../usage/UsageReport";

export function UsagePage() {
  const words = useConsoleWords();
  const pages = usePagesWords();
  const currency = useCurrency();
  return (
    <Page title={pages.usage} lead={words.usageLead} actions={<CsvLink href="/api/console/usage.csv" />}>
      <UsageReport
        source={{
          key: ["everybody"],
          fetch: fetchAllUsage,
          currency,
          dimensions: [
            { by: "model", label: pages.byModel },
            {
              by: "person",
              label: pages.byPerson,
              nameOf: ({ group, label }) => <Link href={consolePath("people", group)}>{label}</Link>,
            },
            { by: "door", label: pages.byDoor, nameOf: ({ group }) => doorName(pages, group) },
            {
              by: "plan",
              label: words.byPlan,
              nameOf: ({ group, label }) => (group === "" ? words.withoutPlan : label),
            },
          ],
        }}
      />
    </Page>
  );
}
