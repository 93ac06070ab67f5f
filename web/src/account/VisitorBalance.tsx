/** What a visitor has, who can't pay in anything: one person may be any number of visitors. */
import { useAccountWords } from "../i18n/account";
import { Loaded } from "../layout/Loaded";
import { PlanUse } from "../purse/PlanUse";
import { Amounts } from "../purse/Purse";
import { useBalance } from "../purse/queries";
import { Statement } from "../purse/Statement";
import { SignInFirst } from "./SignInFirst";

export function VisitorBalance() {
  const words = useAccountWords();
  const balance = useBalance(null);
  return (
    <Loaded query={balance}>
      {(loaded) => (
        <>
          <Amounts balance={loaded} />
          {loaded.plan !== null && <PlanUse plan={loaded.plan} subscription={loaded.subscription} />}
          <SignInFirst title={words.signInToPay} text={words.visitorBalance} />
          <Statement purse={null} />
        </>
      )}
    </Loaded>
  );
}
