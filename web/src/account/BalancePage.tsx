import { useAccountWords } from "../i18n/account";
import { usePagesWords } from "../i18n/pages";
import { Page } from "../layout/Page";
import { Purse } from "../purse/Purse";

export function BalancePage() {
  const words = useAccountWords();
  const pages = usePagesWords();
  return (
    <Page title={pages.balance} lead={words.balanceLead}>
      <Purse purse={null} />
    </Page>
  );
}
