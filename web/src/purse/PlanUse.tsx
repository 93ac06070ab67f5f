import type { Balance, PlanInUse, WindowUse } from "../api/purse";
import { useFormat } from "../i18n/format";
import { usePurseWords } from "../i18n/purse";
import { Section } from "../layout/Page";
import { Meter } from "../ui/Meter";
import styles from "./PlanUse.module.css";

interface PlanUseProps {
  plan: PlanInUse;
  subscription: Balance["subscription"];
}

/** What is used of a plan, window by window. */
export function PlanUse({ plan, subscription }: PlanUseProps) {
  const words = usePurseWords();
  const format = useFormat();
  const ends = subscription?.valid_until ?? null;
  const term =
    subscription === null
      ? null
      : ends === null
        ? words.renews(format.date(subscription.paid_until))
        : words.ends(format.date(ends));
  return (
    <Section
      title={words.planTitle(plan.name)}
      lead={[plan.overflow === "wallet" ? words.overflowWallet : words.overflowRefuse, term]
        .filter(Boolean)
        .join(" ")}
    >
      {plan.windows.length === 0 ? (
        <p>{words.unlimited}</p>
      ) : (
        <ul className={styles.windows}>
          {plan.windows.map((window) => (
            <Window key={window.period} window={window} currency={plan.price.currency} />
          ))}
        </ul>
      )}
    </Section>
  );
}

function Window({ window, currency }: { window: WindowUse; currency: string }) {
  const words = usePurseWords();
  const format = useFormat();
  const name = { day: words.thisDay, week: words.thisWeek, month: words.thisMonth }[window.period];
  const money = (micros: number) => format.money({ micros, currency });
  return (
    <li className={styles.window}>
      <p className={styles.name}>
        <strong>{name}</strong>
        <span title={format.moment(window.ends_at)}>{words.resets(format.ago(window.ends_at))}</span>
      </p>
      {window.prompts && (
        <Limit name={words.prompts} window={name} gauge={window.prompts} show={format.count} />
      )}
      {window.tokens && <Limit name={words.tokens} window={name} gauge={window.tokens} show={format.count} />}
      {window.micros && <Limit name={words.worth} window={name} gauge={window.micros} show={money} />}
    </li>
  );
}

interface LimitProps {
  name: string;
  window: string;
  gauge: { used: number; limit: number };
  show: (value: number) => string;
}

function Limit({ name, window, gauge: { used, limit }, show }: LimitProps) {
  const words = usePurseWords();
  const text = words.usedOf(show(used), show(limit));
  return (
    <div className={styles.limit}>
      <p>
        <span>{name}</span>
        <span>{text}</span>
      </p>
      <Meter label={`${window}: ${name}`} value={used} most={limit} text={text} />
    </div>
  );
}
