import { useConsoleWords } from "../i18n/console";
import { usePagesWords } from "../i18n/pages";
import { Page } from "../layout/Page";
import { PlanList } from "./PlanList";
import { PriceList } from "./PriceList";
import { Subscribers } from "./Subscribers";

export function PlansPage() {
  const words = useConsoleWords();
  const pages = usePagesWords();
  return (
    <Page title={pages.plans} lead={words.plansLead}>
      <PriceList />
      <PlanList />
      <Subscribers />
    </Page>
  );
}
