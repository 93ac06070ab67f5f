/** All about a purse: what it has, its plan, how money comes into it, and what was booked. */
import type { Balance, PurseId } from "../api/purse";
import { useFormat } from "../i18n/format";
import { usePurseWords } from "../i18n/purse";
import { Loaded } from "../layout/Loaded";
import { Facts } from "../layout/Page";
import { Payments } from "./Payments";
import { Plans } from "./Plans";
import { PlanUse } from "./PlanUse";
import { useBalance } from "./queries";
import { Statement } from "./Statement";
import { TopUp } from "./TopUp";
import { VoucherForm } from "./VoucherForm";

export function Purse({ purse }: { purse: PurseId }) {
  const balance = useBalance(purse);
  return (
    <Loaded query={balance}>
      {(loaded) => (
        <>
          <Amounts balance={loaded} />
          {loaded.plan !== null && <PlanUse plan={loaded.plan} subscription={loaded.subscription} />}
          <VoucherForm purse={purse} />
          {loaded.providers.length > 0 && (
            <TopUp purse={purse} providers={loaded.providers} currency={loaded.available.currency} />
          )}
          <Plans purse={purse} balance={loaded} />
          <Payments purse={purse} />
          <Statement purse={purse} />
        </>
      )}
    </Loaded>
  );
}

export function Amounts({ balance }: { balance: Balance }) {
  const words = usePurseWords();
  const format = useFormat();
  return (
    <Facts
      facts={[
        {
          label: words.available,
          value: <span title={format.exactMoney(balance.available)}>{format.money(balance.available)}</span>,
          note: words.availableNote,
        },
        {
          label: words.held,
          value: <span title={format.exactMoney(balance.held)}>{format.money(balance.held)}</span>,
          note: words.heldNote,
        },
        {
          label: words.plan,
          value: balance.plan?.name ?? words.noPlan,
          note:
            balance.plan === null
              ? words.noPlanNote
              : balance.plan.price.micros === 0
                ? words.free
                : words.aMonth(format.money(balance.plan.price)),
        },
      ]}
    />
  );
}
