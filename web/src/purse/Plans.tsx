import { useState } from "react";
import { type Balance, type PlanOffer, type PurseId, subscribe, unsubscribe } from "../api/purse";
import { newRequestKey } from "../api/requestKey";
import { useFormat } from "../i18n/format";
import { usePurseWords } from "../i18n/purse";
import { Loaded } from "../layout/Loaded";
import { Section } from "../layout/Page";
import { useSubmit } from "../layout/useSubmit";
import { useWords } from "../preferences/preferences";
import { Button } from "../ui/Button";
import { Dialog, DialogButtons } from "../ui/Dialog";
import { Note } from "../ui/Note";
import { Tag } from "../ui/Tag";
import styles from "./Plans.module.css";
import { usePlanOffers, usePurseChanged } from "./queries";
import { useWindowText } from "./windowText";

interface PlansProps {
  purse: PurseId;
  balance: Balance;
}

/** Plans that can be had, and the way out of the one that one has; nothing where there are none. */
export function Plans({ purse, balance }: PlansProps) {
  const words = usePurseWords();
  const offers = usePlanOffers();
  const [chosen, setChosen] = useState<PlanOffer | "end" | null>(null);
  const current = balance.subscription;
  if (offers.data?.length === 0 && current === null) return null;
  return (
    <Section
      title={words.plans}
      lead={words.plansLead}
      actions={
        current?.valid_until === null && <Button onClick={() => setChosen("end")}>{words.endPlan}</Button>
      }
    >
      <Loaded query={offers}>
        {(loaded) => (
          <ul className={styles.plans}>
            {loaded.map((plan) => (
              <Offer
                key={plan.id}
                plan={plan}
                isCurrent={current?.plan_id === plan.id}
                onChoose={() => setChosen(plan)}
              />
            ))}
          </ul>
        )}
      </Loaded>
      {chosen !== null && <Confirm purse={purse} chosen={chosen} onClose={() => setChosen(null)} />}
    </Section>
  );
}

interface OfferProps {
  plan: PlanOffer;
  isCurrent: boolean;
  onChoose: () => void;
}

function Offer({ plan, isCurrent, onChoose }: OfferProps) {
  const words = usePurseWords();
  const format = useFormat();
  const windowText = useWindowText(plan.price.currency);
  return (
    <li className={styles.plan} data-current={isCurrent || undefined}>
      <p className={styles.name}>
        {plan.name} {isCurrent && <Tag tone="dye">{words.yours}</Tag>}
      </p>
      <p className={styles.price}>
        {plan.price.micros === 0 ? words.free : words.aMonth(format.money(plan.price))}
      </p>
      <ul className={styles.terms}>
        {plan.windows.length === 0 && <li>{words.unlimited}</li>}
        {plan.windows.map((window) => (
          <li key={window.period}>{windowText(window)}</li>
        ))}
        <li>{plan.overflow === "wallet" ? words.overflowWallet : words.overflowRefuse}</li>
      </ul>
      {!isCurrent && (
        <Button onClick={onChoose} aria-label={`${words.choose}: ${plan.name}`}>
          {words.choose}
        </Button>
      )}
    </li>
  );
}

interface ConfirmProps {
  purse: PurseId;
  chosen: PlanOffer | "end";
  onClose: () => void;
}

function Confirm({ purse, chosen, onClose }: ConfirmProps) {
  const app = useWords();
  const words = usePurseWords();
  const format = useFormat();
  const changed = usePurseChanged(purse);
  const [key] = useState(newRequestKey);
  const change = useSubmit(() => (chosen === "end" ? unsubscribe(purse) : subscribe(purse, chosen.id, key)), {
    onDone: () => {
      onClose();
      return changed();
    },
  });
  const action = chosen === "end" ? words.endPlan : words.choose;
  return (
    <Dialog
      open
      onOpenChange={(open) => open || onClose()}
      title={chosen === "end" ? words.endPlanTitle : words.chooseTitle(chosen.name)}
      lead={chosen === "end" ? words.endPlanText : words.chooseText(format.money(chosen.price))}
    >
      {change.error !== null && <Note tone="danger">{change.error}</Note>}
      <DialogButtons>
        <Button onClick={onClose}>{app.cancel}</Button>
        <Button look="solid" disabled={change.busy} onClick={() => change.submit(undefined)}>
          {action}
        </Button>
      </DialogButtons>
    </Dialog>
  );
}
