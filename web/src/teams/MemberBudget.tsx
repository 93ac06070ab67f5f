/** What a member's turns may cost the team in a calendar month, and what they have; set by those who may see money. */
import { Pencil } from "lucide-react";
import { useState } from "react";
import { useCurrency } from "../account/useCurrency";
import { setBudget, type TeamMember } from "../api/teams";
import { parseMicros, useFormat } from "../i18n/format";
import { usePagesWords } from "../i18n/pages";
import { useTeamsWords } from "../i18n/teams";
import { Form } from "../layout/Form";
import { useSubmit } from "../layout/useSubmit";
import { useWords } from "../preferences/preferences";
import { Button } from "../ui/Button";
import { Dialog } from "../ui/Dialog";
import { TextField } from "../ui/Field";
import { IconButton } from "../ui/IconButton";
import { Meter } from "../ui/Meter";
import styles from "./MemberBudget.module.css";
import { useBudgets, useSpendingThisMonth, useTeamChanged } from "./queries";

interface MemberBudgetProps {
  teamId: string;
  member: TeamMember;
}

export function MemberBudget({ teamId, member }: MemberBudgetProps) {
  const words = useTeamsWords();
  const format = useFormat();
  const currency = useCurrency();
  const budgets = useBudgets(teamId);
  const spending = useSpendingThisMonth(teamId);
  const [changes, setChanges] = useState(false);
  if (budgets.data === undefined) return budgets.isPending ? "…" : "–";
  const micros = budgets.data.find(({ person_id }) => person_id === member.person_id)?.micros ?? null;
  const spent = spending.data?.find(({ group }) => group === member.person_id)?.cost.micros ?? 0;
  const money = (amount: number) => format.money({ micros: amount, currency });
  return (
    <span className={styles.budget}>
      {micros === null ? (
        <span className={styles.text}>
          {words.noBudget}
          <small>{words.spentThisMonth(money(spent))}</small>
        </span>
      ) : (
        <span className={styles.text}>
          {words.spentOf(money(spent), money(micros))}
          <Meter
            label={words.budgetOf(member.name)}
            value={spent}
            most={micros}
            text={words.spentOf(money(spent), money(micros))}
          />
        </span>
      )}
      <IconButton
        label={words.changeBudget(member.name)}
        icon={<Pencil />}
        onClick={() => setChanges(true)}
      />
      {changes && (
        <BudgetDialog teamId={teamId} member={member} micros={micros} onClose={() => setChanges(false)} />
      )}
    </span>
  );
}

interface BudgetDialogProps extends MemberBudgetProps {
  /** What it is now; null: without a limit. */
  micros: number | null;
  onClose: () => void;
}

function BudgetDialog({ teamId, member, micros, onClose }: BudgetDialogProps) {
  const app = useWords();
  const words = useTeamsWords();
  const pages = usePagesWords();
  const currency = useCurrency();
  const changed = useTeamChanged(teamId);
  const [written, setWritten] = useState(micros === null ? "" : String(micros / 1_000_000));
  const [isWrong, setIsWrong] = useState(false);
  const change = useSubmit((budget: number | null) => setBudget(teamId, member.person_id, budget), {
    fields: ["micros", "budget"],
    onDone: () => {
      onClose();
      return changed();
    },
  });
  const submit = () => {
    const budget = written.trim() === "" ? null : parseMicros(written);
    const isNone = written.trim() !== "" && (budget === null || budget < 0);
    setIsWrong(isNone);
    if (!isNone) change.submit(budget);
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => open || onClose()}
      title={words.budgetOf(member.name)}
      lead={words.budgetLead}
    >
      <Form
        action={app.save}
        busy={change.busy}
        error={change.error}
        onSubmit={submit}
        also={<Button onClick={onClose}>{app.cancel}</Button>}
      >
        <TextField
          label={words.budget}
          hint={words.budgetHint}
          before={currency}
          inputMode="decimal"
          error={isWrong ? pages.notAnAmount : (change.errorAt("micros") ?? change.errorAt("budget"))}
          value={written}
          onChange={setWritten}
        />
      </Form>
    </Dialog>
  );
}
