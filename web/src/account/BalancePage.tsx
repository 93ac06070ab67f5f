import type { Me } from "../api/types";
import { useAccountWords } from "../i18n/account";
import { usePagesWords } from "../i18n/pages";
import { Page } from "../layout/Page";
import { Purse } from "../purse/Purse";
import { VisitorBalance } from "./VisitorBalance";

export function BalancePage({ me }: { me: Me }) {
  const words = useAccountWords();
  const pages = usePagesWords();
  return (
    <Page title={pages.balance} lead={words.balanceLead}>
      {me.kind === "visitor" ? <VisitorBalance /> : <Purse purse={null} />}
    </Page>
  );
}
