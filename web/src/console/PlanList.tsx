import { useMutation } from "@tanstack/react-query";
import { Ellipsis, Layers, PackageX, Pencil, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { type Plan, removePlan, retirePlan } from "../api/console";
import { useConsoleWords } from "../i18n/console";
import { useFormat } from "../i18n/format";
import { usePagesWords } from "../i18n/pages";
import { usePurseWords } from "../i18n/purse";
import { Loaded } from "../layout/Loaded";
import { Empty, Named, Section } from "../layout/Page";
import { useWindowText } from "../purse/windowText";
import { Button } from "../ui/Button";
import { ConfirmDialog } from "../ui/ConfirmDialog";
import { type Column, DataTable } from "../ui/DataTable";
import { IconButton } from "../ui/IconButton";
import { Menu, MenuItem } from "../ui/Menu";
import { Tag } from "../ui/Tag";
import { PlanPanel } from "./PlanPanel";
import { consoleKeys, usePlans, useRefresh } from "./queries";

export function PlanList() {
  const words = useConsoleWords();
  const plans = usePlans();
  const [edited, setEdited] = useState<Plan | "new" | null>(null);
  const create = (
    <Button onClick={() => setEdited("new")}>
      <Plus aria-hidden />
      {words.newPlan}
    </Button>
  );
  return (
    <Section title={words.plans} lead={words.plansText} actions={(plans.data?.length ?? 0) > 0 && create}>
      <Loaded query={plans}>
        {(loaded) =>
          loaded.length === 0 ? (
            <Empty icon={Layers} title={words.noPlans} text={words.noPlansText}>
              {create}
            </Empty>
          ) : (
            <PlanTable plans={loaded} onEdit={setEdited} />
          )
        }
      </Loaded>
      {edited !== null && (
        <PlanPanel plan={edited === "new" ? null : edited} onClose={() => setEdited(null)} />
      )}
    </Section>
  );
}

function PlanTable({ plans, onEdit }: { plans: readonly Plan[]; onEdit: (plan: Plan) => void }) {
  const words = useConsoleWords();
  const purse = usePurseWords();
  const format = useFormat();
  const [ending, setEnding] = useState<{ plan: Plan; how: "retire" | "remove" } | null>(null);
  const columns: Column<Plan>[] = [
    { key: "name", header: words.planName, cell: (plan) => <PlanName plan={plan} /> },
    {
      key: "price",
      header: words.planPrice,
      cell: ({ terms }) => (terms.price.micros === 0 ? purse.free : format.money(terms.price)),
    },
    { key: "windows", header: words.planWindows, cell: (plan) => <Windows plan={plan} /> },
    {
      key: "options",
      header: "",
      align: "end",
      cell: (plan) => <PlanMenu plan={plan} onEdit={onEdit} onEnd={(how) => setEnding({ plan, how })} />,
    },
  ];
  return (
    <>
      <DataTable
        label={words.plans}
        columns={columns}
        rows={plans}
        rowKey={({ id }) => id}
        isPast={({ retired_at }) => retired_at !== null}
      />
      {ending !== null && <EndPlan {...ending} onClose={() => setEnding(null)} />}
    </>
  );
}

function PlanName({ plan }: { plan: Plan }) {
  const words = useConsoleWords();
  return (
    <Named
      name={
        <>
          {plan.terms.name}
          {plan.terms.is_default && <Tag tone="dye">{words.forEverybody}</Tag>}
          {plan.retired_at !== null && <Tag>{words.retired}</Tag>}
        </>
      }
    />
  );
}

function Windows({ plan: { terms } }: { plan: Plan }) {
  const purse = usePurseWords();
  const windowText = useWindowText(terms.price.currency);
  return (
    <Named
      isPlain
      name={
        terms.windows.length === 0 ? (
          purse.unlimited
        ) : (
          <span style={{ display: "grid" }}>
            {terms.windows.map((window) => (
              <span key={window.period}>{windowText(window)}</span>
            ))}
          </span>
        )
      }
      note={terms.overflow === "wallet" ? purse.overflowWallet : purse.overflowRefuse}
    />
  );
}

interface PlanMenuProps {
  plan: Plan;
  onEdit: (plan: Plan) => void;
  onEnd: (how: "retire" | "remove") => void;
}

function PlanMenu({ plan, onEdit, onEnd }: PlanMenuProps) {
  const words = useConsoleWords();
  const pages = usePagesWords();
  return (
    <Menu align="end" trigger={<IconButton label={pages.optionsFor(plan.terms.name)} icon={<Ellipsis />} />}>
      <MenuItem icon={<Pencil />} onSelect={() => onEdit(plan)}>
        {pages.edit}
      </MenuItem>
      {plan.retired_at === null && (
        <MenuItem icon={<PackageX />} onSelect={() => onEnd("retire")}>
          {words.retire}
        </MenuItem>
      )}
      <MenuItem danger icon={<Trash2 />} onSelect={() => onEnd("remove")}>
        {words.removePlan}
      </MenuItem>
    </Menu>
  );
}

/** What refuses is told by a toast: a plan in use says who has it. */
function EndPlan({ plan, how, onClose }: { plan: Plan; how: "retire" | "remove"; onClose: () => void }) {
  const words = useConsoleWords();
  const refresh = useRefresh();
  const end = useMutation({
    mutationFn: (): Promise<unknown> => (how === "retire" ? retirePlan(plan.id) : removePlan(plan.id)),
    onSettled: () => refresh(consoleKeys.plans),
  });
  const { name } = plan.terms;
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => open || onClose()}
      title={how === "retire" ? words.retireTitle(name) : words.removePlanTitle(name)}
      text={how === "retire" ? words.retireText : words.removePlanText}
      confirm={how === "retire" ? words.retire : words.removePlan}
      onConfirm={() => end.mutate()}
    />
  );
}
